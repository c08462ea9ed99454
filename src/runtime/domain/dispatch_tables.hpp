#pragma once

#include <sluice/result.hpp>

#include "base/ids.hpp"
#include "dispatch/dispatcher.hpp"
#include "log/log.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::runtime {

/// A runner's state: what its dispatchers have told to write. Group `runner.<name>`, one set of
/// keys per subscription and home (docs/formats/runner-state.md).
namespace table {
inline constexpr log::Table kProgress{1, log::Restore::kChangelog};
inline constexpr log::Table kLines{2, log::Restore::kChangelog};
inline constexpr log::Table kBacklog{3, log::Restore::kChangelog};  ///< the records
inline constexpr log::Table kBacklogIndex{
    4, log::Restore::kChangelog};                                    ///< their offsets and sizes
inline constexpr log::Table kCommands{5, log::Restore::kChangelog};  ///< up to where they were read
inline constexpr log::Table kHolds{6, log::Restore::kChangelog};     ///< subscriptions that stand
inline constexpr log::Table kGivenFacts{
    7, log::Restore::kChangelog};  ///< of a domain without sequencer, under kFactsKey
inline constexpr log::Table kEpochs{8, log::Restore::kChangelog};  ///< … that a subscription is in
inline constexpr log::Table kLives{
    9, log::Restore::kChangelog};  ///< which life of its name a subscription is in
/// All that is kept of a subscription; each key begins with its name. Its life goes last: who dies
/// on the way finds it, and goes on.
inline constexpr std::array kOfSubscriptions{
    kProgress, kLines, kBacklog, kBacklogIndex, kCommands, kHolds, kEpochs, kLives};
}  // namespace table

/// Keys: | name length varint | name | subject length varint | subject | position u64 big-endian |,
/// as far as each table needs them.
[[nodiscard]] std::string subscription_key(std::string_view subscription);
[[nodiscard]] std::string line_key(std::string_view subscription, std::string_view subject);
[[nodiscard]] std::string backlog_key(
    std::string_view subscription, std::string_view subject, Position position
);

/// What an entry of the index says.
struct BacklogEntry {
    std::string subject;
    dispatch::RunEvent event;
};

/// Of a key of the backlog.
[[nodiscard]] Position position_of(std::string_view key);

[[nodiscard]] std::string encode_entry(const dispatch::RunEvent& event);
[[nodiscard]] Result<BacklogEntry> decode_entry(std::string_view key, std::string_view value);

/// The name in front of every key.
[[nodiscard]] std::string subscription_of(std::string_view key);
[[nodiscard]] Result<std::string> subject_of_line(std::string_view key);

/// The changes of one dispatcher, as parts of a step. `record_at` answers the ordered record that a
/// backlog copy is made of.
struct StateWriter {
    std::string_view subscription;
    HomeId home;
    std::function<const Record&(Offset)> record_at;

    void write(const dispatch::Changes& changes, std::vector<log::StateChange>& out) const;
};

/// Reads the (key, value) pairs of a table page by page.
using ScanTable = std::function<Result<std::vector<std::pair<std::string, std::string>>>(
    log::Table table, std::string_view from, std::size_t limit
)>;

/// What a dispatcher of that subscription starts from. A new one starts at `begin`.
[[nodiscard]] Result<dispatch::Dispatcher::Restored> restore_dispatcher(
    const ScanTable& scan, std::string_view subscription, Offset begin
);

/// Up to where the subscription has carried out the commands of that home.
[[nodiscard]] std::string encode_commands_read(Offset next);
[[nodiscard]] Result<Offset> restore_commands_read(
    const ScanTable& scan, std::string_view subscription, Offset begin
);

/// A name may be given away again once its subscription was deleted: what is kept under it says in
/// which of its lives it was written.
[[nodiscard]] std::string encode_life(std::uint64_t life);
[[nodiscard]] Result<std::uint64_t> decode_life(std::string_view value);

/// The topic that a subscription's progress is about, where somebody else writes it: its epoch, and
/// a record that was done with when the home was opened last, by which another topic of that name
/// shows.
struct EpochEntry {
    struct Mark {
        Offset offset;
        std::uint64_t hash{};

        bool operator==(const Mark&) const = default;
    };

    std::uint32_t epoch{};
    std::optional<Mark> mark;

    bool operator==(const EpochEntry&) const = default;
};

[[nodiscard]] std::string encode_epoch(const EpochEntry& entry);
[[nodiscard]] Result<EpochEntry> decode_epoch(std::string_view value);

/// Calls `visit` for every entry whose key begins with `prefix`, until it fails.
[[nodiscard]] Status scan_prefix(
    const ScanTable& scan,
    log::Table table,
    const std::string& prefix,
    const std::function<Status(std::string_view key, std::string_view value)>& visit
);

}  // namespace sluice::runtime
