#pragma once

#include <sluice/event.hpp>
#include <sluice/result.hpp>

#include "base/ids.hpp"
#include "daemon/render/json.hpp"
#include "daemon/verbs/command_request.hpp"
#include "log/log.hpp"
#include "runtime/inspect/inspect.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::daemon {

/// A part of one partition: records from `from` on, of one subject or of all.
struct RecordQuery {
    std::string topic;
    PartitionId partition;
    Offset from;
    std::optional<std::string> subject;
    std::size_t limit{1'000};
};

/// `lines`: one record each, as JSON on one line (record_line.hpp); maybe none, for want of that
/// subject. `next`: where reading goes on. `at_end`: there was nothing more when it was read.
struct RecordPage {
    std::vector<std::string> lines;
    Offset next;
    bool at_end{false};
};

/// Which events that do not move: of one subject, in one subscription's backlog or everywhere.
struct ShowQuery {
    std::string subject;
    std::string domain{};        ///< empty: all
    std::string subscription{};  ///< empty: all, and what waits before the ordered topic
    std::size_t limit{1'000};    ///< of each place
};

/// Which of a subject's states: `at` as people write it (state/at.hpp).
struct StateQuery {
    std::string domain;  ///< empty: the only one that keeps states
    std::string subject;
    std::string at;          ///< empty: the last
    std::string projection;  ///< cut as this subscription has its events; empty: without personal
                             ///< fields
};

/// A subject's state behind an event.
struct SubjectState {
    std::string domain;
    Position position;
    Instant time;
    std::uint64_t missing{};  ///< positions up to here that are in no state
    Position missing_last;    ///< the last of them
    std::string state;        ///< JSON, to the byte

    bool operator==(const SubjectState&) const = default;
};

/// The state, or what retention has taken.
struct StateReply {
    std::optional<SubjectState> found;
    std::string gone;  ///< if it is not there any more

    bool operator==(const StateReply&) const = default;
};

/// The ends of a topic's partitions. `version` is another whenever something was appended to it.
struct TopicEnds {
    std::uint64_t version{};
    std::vector<log::Ends> partitions;
};

struct Published {
    std::string topic;
    PartitionId partition;
    Offset offset;
};

/// What a running daemon answers, and the command line without one: the same in both cases.
/// Threads:  any.
/// Failure:  kNotFound names the topic or subject and what there is; kUnavailable: the daemon has
///           gone; else as the Log.
/// Limits:   pages of `limit` entries, and of bytes: kPageBytesMax.
class Backend {
public:
    static constexpr std::size_t kPageBytesMax = std::size_t{4} << 20;

    virtual ~Backend() = default;

    /// Topics, positions read, what waits, how far each subscription is; whether all is idle.
    [[nodiscard]] virtual Result<Json> status() const = 0;

    /// What does not move, as far as the filter asks for it, and why, from `cursor` on; "" is the
    /// beginning. The answer's `next` is the cursor of the next page, or null.
    [[nodiscard]] virtual Result<Json> stuck(
        std::string_view cursor, std::size_t limit, const runtime::StuckFilter& filter
    ) const = 0;

    /// The events of a subject that do not move, as lines of JSON (record_line.hpp) with a member
    /// `place`: "waiting", "conflict", "aside" or "backlog" (and its `subscription`).
    [[nodiscard]] virtual Result<RecordPage> show(const ShowQuery& query) const = 0;

    /// What one subject waits for, since when, where it could come from, how far that was read,
    /// what happens next.
    [[nodiscard]] virtual Result<Json> why(std::string_view subject) const = 0;

    /// All that has happened to a subject, as far as its trail leads: the last `limit` records of
    /// each topic. kNotFound: no trail knows it.
    [[nodiscard]] virtual Result<Json> trace(std::string_view subject, std::size_t limit) const = 0;

    /// kNotFound: no such domain, subject, position or event, or nothing by then; kConflict: it is
    /// not known there; kUnavailable: not folded that far yet, and how far.
    [[nodiscard]] virtual Result<StateReply> state(const StateQuery& query) const = 0;

    /// What an operator's command would be about, how much, and what follows. Nothing is done.
    [[nodiscard]] virtual Result<Json> preview(const CommandRequest& request) const = 0;

    /// Puts it into the log, waits a moment for whoever carries it out, and tells what has become
    /// of it. kConflict: it is about something that is not so (any more); nothing was changed.
    [[nodiscard]] virtual Result<Json> command(const CommandRequest& request) = 0;

    [[nodiscard]] virtual Result<Json> topics() const = 0;

    /// If the topic's version is still `seen`, waits a moment for it to change.
    [[nodiscard]] virtual Result<TopicEnds> ends(
        const std::string& topic, std::optional<std::uint64_t> seen
    ) const = 0;

    [[nodiscard]] virtual Result<RecordPage> records(const RecordQuery& query) const = 0;

    /// As many answers as events; durable when it returns. The outer failure: nobody can say what
    /// was published (the daemon has gone); publish them again, duplicates are recognised.
    [[nodiscard]] virtual Result<std::vector<Result<Published>>> publish(
        std::span<const Event> events
    ) = 0;
};

}  // namespace sluice::daemon
