#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include "log/log.hpp"
#include "saga/instance.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::orchestrate {

/// Where sagas lie (docs/formats/saga-state.md): the state of one group, at one home.
inline constexpr std::string_view kSagaGroup = "sagas";
inline constexpr std::string_view kSagaTopic = "sluice.sagas";
inline constexpr HomeId kSagaHome{0};

namespace table {
inline constexpr log::Table kOpen{1, log::Restore::kChangelog};   ///< id → a saga under way
inline constexpr log::Table kEnded{2, log::Restore::kChangelog};  ///< id → a saga that has ended
inline constexpr log::Table kEnds{3, log::Restore::kChangelog};   ///< their ids by time
}  // namespace table

/// | ended_at u64 big-endian | id |
[[nodiscard]] std::string end_key(const saga::Instance& instance);

struct EndEntry {
    Instant ended_at;
    std::string id;
};

[[nodiscard]] Result<EndEntry> decode_end_key(std::string_view key);

/// One saga, as of some recent step, ended or not. kNotFound: there is none of that id, or it has
/// ended long ago.
[[nodiscard]] Result<saga::Instance> look_up_saga(const log::Log& log, std::string_view id);

/// Those under way, or those that have ended, in the order of their ids, from `from` on, at most
/// `limit`.
[[nodiscard]] Result<std::vector<saga::Instance>> list_sagas(
    const log::Log& log, bool ended, std::string_view from, std::size_t limit
);

}  // namespace sluice::orchestrate
