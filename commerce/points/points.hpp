#pragma once

#include <sluice/result.hpp>
#include <sluice/sql.hpp>
#include <sluice/twophase.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::commerce::points {

/// DDL of a shop's database.
[[nodiscard]] std::string_view schema();

/// A member, and the shop in whose database the account is.
struct Member {
    std::string shop;
    std::string id;

    bool operator==(const Member&) const = default;
};

struct Transfer {
    std::string id;  ///< of the member's wish: asked for again it is the same
    Member giver;
    Member taker;
    std::int64_t points{};
};

/// Opens an account with so many points, or leaves the one that is there.
void open_account(Sql& sql, const std::string& member, std::int64_t points);

/// Points go from one account to the other, or stay. Well: they have gone, by this call or by an
/// earlier one. kConflict: a giver has too few, or there is no such account; the transfer's id may
/// be used again. kInvalidArgument: no points, or one shop's own members (who need no two-phase
/// commit). Other errors as TwoPhase::run: the same may succeed later.
[[nodiscard]] Status transfer(TwoPhase& shops, const Transfer& wish);

}  // namespace sluice::commerce::points
