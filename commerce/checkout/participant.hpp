#pragma once

#include <sluice/result.hpp>
#include <sluice/sql.hpp>

#include "saga/saga.hpp"
#include "store/session.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::commerce {

/// What a checkout begins with.
struct Basket {
    std::string sku;
    std::string coupon;
    std::string member;
    std::int64_t cents{};
};

[[nodiscard]] std::string to_json(const Basket& basket);
[[nodiscard]] Result<Basket> basket_of(std::string_view json);

/// A command as a service gets it.
struct CheckoutCommand {
    saga::Key key;
    Basket basket;
};

/// What a service does, and how it takes it back; within its own transaction.
class CheckoutAct {
public:
    virtual ~CheckoutAct() = default;

    [[nodiscard]] virtual std::string_view schema() const = 0;

    /// False: no, for good, and nothing has changed.
    [[nodiscard]] virtual bool act(Sql& sql, const std::string& saga, const Basket& basket) = 0;

    virtual void undo(Sql& sql, const std::string& saga, const Basket& basket) = 0;
};

/// A service with a database of its own that keeps to the five rules of docs/guide/saga.md: the key
/// and the answer are written in the transaction that has the effect; an undo that comes first
/// makes its command come to nothing.
/// Threads:  one at a time.
/// Failure:  throws SqlError; then nothing of that call was done.
class Participant {
public:
    /// Makes the tables if they are not there.
    [[nodiscard]] static Result<Participant> open(
        const std::string& file, std::unique_ptr<CheckoutAct> act
    );

    /// All of them in one transaction; an answer each.
    [[nodiscard]] std::vector<saga::Reply> carry_out(std::span<const CheckoutCommand> commands);

    /// For who looks whether the books are right.
    [[nodiscard]] std::int64_t number(std::string_view query);

    [[nodiscard]] Sql& sql() { return *session_; }

private:
    Participant(std::unique_ptr<store::Session> session, std::unique_ptr<CheckoutAct> act)
        : session_{std::move(session)},
          act_{std::move(act)} {}

    [[nodiscard]] saga::Verdict carry_out(const CheckoutCommand& command);

    std::unique_ptr<store::Session> session_;
    std::unique_ptr<CheckoutAct> act_;
};

}  // namespace sluice::commerce
