#pragma once

#include <sluice/result.hpp>

#include "log/log.hpp"
#include "runtime/subjects/domain_facts.hpp"
#include "sequence/arrival.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::runtime {

/// An event that lies aside and may be taken back: not dropped by choice, not taken back since.
struct AsideEvent {
    std::string domain;
    HomeId home;
    Offset offset;       ///< in the domain's aside topic
    std::string cause;   ///< the stored word: "late-number", …
    std::string detail;  ///< behind the word
    Record record;       ///< as it was read, without what Sluice put behind its headers
    sequence::Origin origin;
};

/// What of a log's aside topics still waits for a person. Choices that took something back lie
/// there as well; they are read once.
/// Threads:  any.
/// Failure:  those of the log; kCorrupt for a record that Sluice did not write.
/// Limits:   8 bytes for each event that was ever taken back.
class AsideLedger {
public:
    /// Events of a home from `from` on, in their order, until `visit` answers false. Answers where
    /// it ended; of a place behind the end, that place.
    [[nodiscard]] Result<Offset> visit(
        const log::Log& log,
        const DomainFacts& domain,
        HomeId home,
        Offset from,
        const std::function<bool(AsideEvent)>& visit
    );

private:
    struct Domain {
        std::vector<Offset> read;                    ///< by home: commands below it are known
        std::set<std::uint64_t> taken;               ///< hashes of events that were taken back
        std::set<std::pair<HomeId, Offset>> mended;  ///< of which an edited copy was taken back
    };

    Status learn(const log::Log& log, const log::PartitionRef& from, Domain& known);

    std::mutex mutex_;
    std::map<std::string, Domain> domains_;
};

/// In an edited copy: where its original lies aside, "<home> <offset>"; or, of one that waited,
/// nothing.
inline constexpr std::string_view kEditedHeader = "sluice-edited";

[[nodiscard]] std::string edited_header(HomeId home, Offset offset);

/// The record aside that an edited copy was made of, if it was made of one.
[[nodiscard]] std::optional<std::pair<HomeId, Offset>> mended_by(const Record& copy);

}  // namespace sluice::runtime
