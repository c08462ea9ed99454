// Moves points between two members whose accounts lie in two databases: in both, or in neither.
#include <sluice/twophase.hpp>

#include <functional>
#include <iostream>
#include <string>
#include <utility>

using sluice::Sql;
using sluice::Status;

namespace {

/// The name of a transfer makes it safe to ask again: a second time nothing is changed.
std::function<Status(Sql&)> change(std::string transfer, std::string member, std::int64_t by) {
    return [transfer = std::move(transfer), member = std::move(member), by](Sql& sql) -> Status {
        const std::int64_t is_new = sql.execute(
            "insert into moved (transfer) values (?) on conflict do nothing", {transfer}
        );
        if (is_new == 0) return sluice::ok();
        const std::int64_t changed = sql.execute(
            "update account set points = points + ? where member = ? and points + ? >= 0",
            {by, member, by}
        );
        if (changed == 1) return sluice::ok();
        return sluice::Error{
            sluice::ErrorCode::kConflict, member + " has no account here, or too few points"};
    };
}

int fail(const sluice::Error& error) {
    std::cerr << error.message << '\n';
    return 1;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 6) return fail({{}, "usage: points FILE TRANSFER FROM TO POINTS"});
    const auto options = sluice::TwoPhaseOptions::read(argv[1]);
    if (!options) return fail(options.error());
    const auto points = sluice::TwoPhase::open(options.value());
    if (!points) return fail(points.error());
    const std::int64_t amount = std::stoll(argv[5]);
    const Status moved = points.value()->run(
        {{"north", change(argv[2], argv[3], -amount)}, {"south", change(argv[2], argv[4], amount)}}
    );
    if (!moved) return fail(moved.error());
    std::cout << amount << " points moved\n";
}
