#pragma once

#include <sluice/result.hpp>

#include "base/ids.hpp"
#include "log/log.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::runtime {

// The state of each subject at each position: state of group `state.<domain>`, made of the ordered
// topic (docs/formats/state-at-positions.md). A changelog on Kafka: what retention has taken could
// not be folded again.

namespace table {
inline constexpr log::Table kStates{1, log::Restore::kChangelog};  ///< state/entry.hpp
inline constexpr log::Table kStatesProgress{2, log::Restore::kChangelog};
}  // namespace table

[[nodiscard]] std::string state_group(std::string_view domain);

inline constexpr std::string_view kStatesUntil = "until";      ///< next offset
inline constexpr std::string_view kStatesReducer = "reducer";  ///< fingerprint of what made them

[[nodiscard]] std::string encode_states_until(Offset next);
[[nodiscard]] Result<Offset> decode_states_until(std::string_view value);
[[nodiscard]] std::string encode_states_reducer(std::uint64_t fingerprint);
[[nodiscard]] Result<std::uint64_t> decode_states_reducer(std::string_view value);

/// How far the states of a home are.
struct StatesProgress {
    Offset until;          ///< of the home's ordered partition
    bool renewing{false};  ///< another reducer: they are made anew
};

/// Without a lease; nothing: none were ever made there.
[[nodiscard]] Result<std::optional<StatesProgress>> states_progress(
    const log::Log& log, std::string_view domain, HomeId home
);

}  // namespace sluice::runtime
