#include "commerce/points/points.hpp"

#include <functional>

namespace sluice::commerce::points {

namespace {

using Work = std::function<Status(Sql&)>;

/// One account's part. The row of the transfer stands in both databases or in none, so whichever is
/// asked first knows whether it was done.
Work change(const std::string& transfer, const std::string& member, std::int64_t by) {
    return [=](Sql& sql) -> Status {
        const std::int64_t is_new = sql.execute(
            "insert into points_transfer (id, member, points) values (?, ?, ?) "
            "on conflict do nothing",
            {transfer, member, by}
        );
        if (is_new == 0) return ok();
        const std::int64_t changed = sql.execute(
            "update points_account set points = points + ? where member = ? and points + ? >= 0",
            {by, member, by}
        );
        if (changed == 1) return ok();
        return Error{ErrorCode::kConflict, member + " has no account here, or too few points"};
    };
}

}  // namespace

std::string_view schema() {
    return "create table if not exists points_account "
           "(member varchar(64) primary key, points bigint not null check (points >= 0));"
           "create table if not exists points_transfer "
           "(id varchar(64) primary key, member varchar(64) not null, points bigint not null)";
}

void open_account(Sql& sql, const std::string& member, std::int64_t points) {
    sql.execute(
        "insert into points_account (member, points) values (?, ?) on conflict do nothing",
        {member, points}
    );
}

Status transfer(TwoPhase& shops, const Transfer& wish) {
    if (wish.points <= 0) {
        return Error{ErrorCode::kInvalidArgument, wish.id + ": gives no points"};
    }
    if (wish.giver.shop == wish.taker.shop) {
        return Error{
            ErrorCode::kInvalidArgument,
            wish.id + ": both are members of " + wish.giver.shop +
                ", whose own transaction does it"};
    }
    return shops.run(
        {{wish.giver.shop, change(wish.id, wish.giver.id, -wish.points)},
         {wish.taker.shop, change(wish.id, wish.taker.id, wish.points)}}
    );
}

}  // namespace sluice::commerce::points
