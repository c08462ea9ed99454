#pragma once

#include <sluice/time.hpp>

#include "dispatch/dispatcher.hpp"
#include "sequence/sequencer.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sluice::sim {

/// What a simulated broker does to a step.
enum class Fate : std::uint8_t {
    kDone,            ///< all of it at once, and answered
    kLost,            ///< nothing of it; the answer is "unavailable"
    kAnswerLost,      ///< all of it; the answer is "unavailable"
    kLate,            ///< decided and answered; each part is seen when its marker arrives
    kLateAnswerLost,  ///< as kLate; the answer is "unavailable"
    kTorn,            ///< some parts of it; the answer is "unavailable"
};

/// The four kinds of events of a simulated domain, by what orders them.
enum class Kind : std::uint8_t {
    kMade,     ///< /a, numbered, channel a
    kChanged,  ///< /a, numbered, channel a2: ordered with a by number alone
    kSent,     ///< /b, numbered; may be stamped with a number of /a; remembers /parcel
    kDone,     ///< /c, unnumbered: after kSent with the same /parcel
    kNoted,    ///< /d, unnumbered: in the order of its channel partition
    kClosed,   ///< /a, numbered: closes the subject
};

inline constexpr std::size_t kKinds = 6;

/// What a sink will say to an event.
enum class Verdict : std::uint8_t { kDone, kRetryTwice, kRetryForEver, kDead };

/// One event as its producer made it.
struct EventSpec {
    Kind kind{};
    std::uint32_t subject{};
    std::uint64_t number{};   ///< 0: none
    std::uint64_t stamp{};    ///< of /a; 0: none
    std::uint32_t parcel{};   ///< 0: none
    std::uint32_t version{};  ///< another content under the same number or id: above 0
    bool invalid{false};      ///< breaks its contract
    Verdict verdict{};

    bool operator==(const EventSpec&) const = default;
};

/// A history is a list of these, each carried out to its end before the next.
enum class Act : std::uint8_t {
    kArrive,   ///< event `what` is published to its channel; `extra`: index into kRecordTimes
    kRubbish,  ///< a record that is no event: `what` says which kind
    kStep,     ///< instance `who` does one sequencing step, with `fate`
    kDeliver,  ///< instance `who`, if it holds the runner: work, then commit with `fate`
    kAnswer,   ///< the same without the commit: the sink was called, nothing is durable
    kShow,     ///< one marker becomes visible; `what` chooses which
    kPass,     ///< `what` milliseconds
    kKill,     ///< instance `who` loses all that is in memory
    kMove,     ///< homes and the runner are dealt anew, from `what`; old owners are not told
    kSettle,   ///< no fault any more, until all has come to rest
};

struct Action {
    Act act{};
    Fate fate{Fate::kDone};
    std::uint8_t who{};
    std::uint8_t extra{};
    std::uint32_t what{};

    bool operator==(const Action&) const = default;
};

/// Event times say nothing: records carry the present, 1970, 2099 or an hour ago.
enum class RecordTime : std::uint8_t { kNow, kEpoch, kFarFuture, kHourAgo };

inline constexpr std::uint8_t kRecordTimes = 4;

/// What a history is played on.
struct Setup {
    std::uint32_t homes{3};
    std::uint32_t instances{1};
    std::uint32_t partitions[4]{3, 3, 5, 2};  ///< of channels a, a2, b and the shared c and d
    bool crc32_b{true};                       ///< channel b is written by librdkafka's partitioner
    bool markers{false};                      ///< transactions leave control records, as on Kafka
    sequence::GapAction gap{sequence::GapAction::kWait};
    sequence::InvalidPolicy invalid{sequence::InvalidPolicy::kDead};
    std::uint32_t gap_wait_ms{2'000};
    std::uint32_t waiting_events_max{1'000};
    std::uint32_t closed_kept_ms{5'000};
    std::uint32_t step_records_max{200};
    std::uint32_t cached_subjects_max{1'000};
    std::uint32_t in_flight_events_max{200};
    std::uint32_t run_events_max{8};
    std::uint32_t in_place_events_max{4};
    std::uint32_t attempts_max{4};
    std::uint64_t backlog_bytes_max{std::uint64_t{1} << 30};

    bool operator==(const Setup&) const = default;
};

struct History {
    std::uint64_t seed{};  ///< that it was drawn from; 0: written by hand
    Setup setup;
    std::vector<EventSpec> events;  ///< in the order in which they happened; some may never arrive
    std::vector<Action> actions;
};

// ---- names, the same in every file that tells of an event ----

[[nodiscard]] std::string subject_name(std::uint32_t subject);  ///< "order-17"
[[nodiscard]] const char* source_of(Kind kind);                 ///< "/a"
[[nodiscard]] const char* type_of(Kind kind);                   ///< "a.made"
[[nodiscard]] const char* channel_of(Kind kind);                ///< "shop.a"

/// Unique per event and content; equal for a second copy.
[[nodiscard]] std::string id_of(const EventSpec& event);

}  // namespace sluice::sim
