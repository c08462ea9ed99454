#pragma once

#include <sluice/result.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::twophase {

/// A transaction over several databases. `epoch` counts the starts of its coordinator, `number` its
/// transactions since then: no id is ever given twice.
struct TransactionId {
    std::uint32_t epoch{};
    std::uint64_t number{};

    auto operator<=>(const TransactionId&) const = default;
};

/// "3/17", as people see it and say it.
[[nodiscard]] std::string to_string(const TransactionId& id);
[[nodiscard]] Result<TransactionId> parse_transaction_id(std::string_view text);

/// Under which name a database keeps a prepared branch: "sluice/points/3/17/0". At most 62 bytes:
/// PostgreSQL takes 199, XA 64.
struct Gid {
    static constexpr std::size_t kCoordinatorMax = 20;

    std::string coordinator;  ///< 1 to kCoordinatorMax of [a-z0-9-], a letter first
    TransactionId id;
    std::uint32_t branch{};

    auto operator<=>(const Gid&) const = default;
};

[[nodiscard]] std::string to_string(const Gid& gid);

/// kInvalidArgument: it is none of ours; somebody else prepares transactions in this database too.
[[nodiscard]] Result<Gid> parse_gid(std::string_view text);

[[nodiscard]] bool is_coordinator_name(std::string_view text);

}  // namespace sluice::twophase
