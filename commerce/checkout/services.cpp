#include "commerce/checkout/services.hpp"

#include "base/assert.hpp"

#include <utility>

namespace sluice::commerce {

namespace {

class Stock final : public CheckoutAct {
public:
    [[nodiscard]] std::string_view schema() const override {
        return "create table if not exists stock (sku text primary key, left integer not null) "
               "strict; create table if not exists reserved (saga text primary key, sku text not "
               "null) strict";
    }

    [[nodiscard]] bool act(Sql& sql, const std::string& saga, const Basket& basket) override {
        const auto taken = sql.execute(
            "update stock set left = left - 1 where sku = ? and left > 0", {basket.sku}
        );
        if (taken == 0) return false;
        sql.execute("insert into reserved (saga, sku) values (?, ?)", {saga, basket.sku});
        return true;
    }

    void undo(Sql& sql, const std::string& saga, const Basket& basket) override {
        sql.execute("delete from reserved where saga = ?", {saga});
        sql.execute("update stock set left = left + 1 where sku = ?", {basket.sku});
    }
};

class Coupons final : public CheckoutAct {
public:
    [[nodiscard]] std::string_view schema() const override {
        return "create table if not exists coupon (code text primary key, left integer not null) "
               "strict; create table if not exists redeemed (saga text primary key, code text not "
               "null) strict";
    }

    [[nodiscard]] bool act(Sql& sql, const std::string& saga, const Basket& basket) override {
        const auto taken = sql.execute(
            "update coupon set left = left - 1 where code = ? and left > 0", {basket.coupon}
        );
        if (taken == 0) return false;
        sql.execute("insert into redeemed (saga, code) values (?, ?)", {saga, basket.coupon});
        return true;
    }

    void undo(Sql& sql, const std::string& saga, const Basket& basket) override {
        sql.execute("delete from redeemed where saga = ?", {saga});
        sql.execute("update coupon set left = left + 1 where code = ?", {basket.coupon});
    }
};

class Payments final : public CheckoutAct {
public:
    [[nodiscard]] std::string_view schema() const override {
        return "create table if not exists account (name text primary key, cents integer not null) "
               "strict; create table if not exists payment (saga text primary key, cents integer "
               "not null) strict";
    }

    [[nodiscard]] bool act(Sql& sql, const std::string& saga, const Basket& basket) override {
        const auto paid = sql.execute(
            "update account set cents = cents - ? where name = ? and cents >= ?",
            {basket.cents, basket.member, basket.cents}
        );
        if (paid == 0) return false;
        sql.execute("update account set cents = cents + ? where name = 'shop'", {basket.cents});
        sql.execute("insert into payment (saga, cents) values (?, ?)", {saga, basket.cents});
        return true;
    }

    void undo(Sql& /*sql*/, const std::string& /*saga*/, const Basket& /*basket*/) override {
        SLUICE_UNREACHABLE();
    }
};

class Orders final : public CheckoutAct {
public:
    [[nodiscard]] std::string_view schema() const override {
        return "create table if not exists placed (saga text primary key, member text not null, "
               "cents integer not null) strict";
    }

    [[nodiscard]] bool act(Sql& sql, const std::string& saga, const Basket& basket) override {
        sql.execute(
            "insert into placed (saga, member, cents) values (?, ?, ?)",
            {saga, basket.member, basket.cents}
        );
        return true;
    }

    void undo(Sql& /*sql*/, const std::string& /*saga*/, const Basket& /*basket*/) override {
        SLUICE_UNREACHABLE();
    }
};

saga::StepSpec step_of(const char* name, const char* command) {
    saga::StepSpec step;
    step.name = name;
    step.command.to = command;
    return step;
}

}  // namespace

std::unique_ptr<CheckoutAct> make_stock() {
    return std::make_unique<Stock>();
}

std::unique_ptr<CheckoutAct> make_coupons() {
    return std::make_unique<Coupons>();
}

std::unique_ptr<CheckoutAct> make_payments() {
    return std::make_unique<Payments>();
}

std::unique_ptr<CheckoutAct> make_orders() {
    return std::make_unique<Orders>();
}

saga::Definition checkout_saga() {
    saga::Definition definition;
    definition.name = "checkout";
    definition.lock = saga::LockSpec{"cart", saga::LockRule::kWait};
    saga::StepSpec reserve = step_of("reserve", "stock.reserve");
    reserve.undo = step_of("reserve", "stock.release").command;
    saga::StepSpec redeem = step_of("redeem", "coupon.redeem");
    redeem.undo = step_of("redeem", "coupon.release").command;
    saga::StepSpec authorize = step_of("authorize", "payment.authorize");
    authorize.pivot = true;
    definition.steps = {
        std::move(reserve),
        std::move(redeem),
        std::move(authorize),
        step_of("place", "order.place")};
    return definition;
}

}  // namespace sluice::commerce
