#include "commerce/checkout/participant.hpp"

#include "store/sqlite_database.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <utility>

namespace sluice::commerce {

namespace {

constexpr std::string_view kKeysTable =
    "create table if not exists seen (command text primary key, fate text not null) strict";

/// Of a command, as the service remembers it.
constexpr const char* kDone = "done";
constexpr const char* kRefused = "refused";
constexpr const char* kUndone = "undone";

}  // namespace

std::string to_json(const Basket& basket) {
    return nlohmann::json{
        {"sku", basket.sku},
        {"coupon", basket.coupon},
        {"member", basket.member},
        {"cents", basket.cents}}
        .dump();
}

Result<Basket> basket_of(std::string_view json) {
    const nlohmann::json read = nlohmann::json::parse(json, nullptr, false);
    if (!read.is_object() || !read.value("cents", nlohmann::json{}).is_number_integer()) {
        return Error{
            ErrorCode::kInvalidArgument, "a checkout begins with sku, coupon, member, cents"};
    }
    return Basket{
        read.value("sku", ""),
        read.value("coupon", ""),
        read.value("member", ""),
        read.at("cents").get<std::int64_t>()};
}

Result<Participant> Participant::open(const std::string& file, std::unique_ptr<CheckoutAct> act) {
    const store::SqliteDatabase database{{file}};
    auto session = database.open_session();
    if (!session) return session.error();
    session.value()->run_script(kKeysTable);
    session.value()->run_script(act->schema());
    return Participant{std::move(session).value(), std::move(act)};
}

std::vector<saga::Reply> Participant::carry_out(std::span<const CheckoutCommand> commands) {
    std::vector<saga::Reply> replies;
    session_->begin();
    try {
        for (const CheckoutCommand& command : commands) {
            replies.push_back({command.key.step, command.key.direction, carry_out(command)});
        }
        session_->commit();
    } catch (const SqlError&) {
        session_->rollback();
        throw;
    }
    return replies;
}

saga::Verdict Participant::carry_out(const CheckoutCommand& command) {
    const bool undo = command.key.direction == saga::Direction::kUndo;
    const std::string name = command.key.saga + "/" + command.key.step;
    const auto rows = session_->query("select fate from seen where command = ?", {name});
    std::optional<std::string> fate;
    if (!rows.empty()) fate = rows.front().text(0);
    if (!fate) {
        const bool done = !undo && act_->act(*session_, command.key.saga, command.basket);
        fate = undo ? kUndone : done ? kDone : kRefused;
        session_->execute("insert into seen (command, fate) values (?, ?)", {name, *fate});
    } else if (undo && *fate == kDone) {
        act_->undo(*session_, command.key.saga, command.basket);
        session_->execute(
            "update seen set fate = ? where command = ?", {std::string{kUndone}, name}
        );
    }
    return undo || *fate == kDone ? saga::Verdict::kDone : saga::Verdict::kRefused;
}

std::int64_t Participant::number(std::string_view query) {
    return session_->query(query).at(0).integer(0);
}

}  // namespace sluice::commerce
