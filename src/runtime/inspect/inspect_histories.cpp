#include "runtime/inspect/inspect_histories.hpp"

#include "runtime/domain/peek.hpp"
#include "runtime/domain/topics.hpp"
#include "runtime/subjects/history_fold.hpp"
#include "runtime/subjects/subject_store.hpp"
#include "runtime/subjects/waiting_table.hpp"
#include "sequence/ordered.hpp"
#include "sequence/state_codec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sluice::runtime {

namespace {

/// Where the stored histories of a home end to be true.
Result<Offset> tail_begins(
    const log::Log& log, std::string_view domain, HomeId home, const log::PartitionRef& ordered
) {
    const auto ends = log.ends(ordered);
    if (!ends) return ends.error();
    const auto stored =
        peek_one(log, sequencer_group(domain), home, table::kTrueUntil, kHistoriesKey);
    if (!stored) return stored.error();
    if (!stored.value()) return ends.value().first;
    const auto until = decode_true_until(*stored.value());
    if (!until) return until.error();
    return std::max(until.value(), ends.value().first);
}

/// The state may have gone on since its offset was read: what a history has, it does not take
/// again. A topic that others order says nothing about histories.
Status take_in(const Record& record, NamedHistories& histories) {
    if (!record.header(sequence::kFactsHeader)) return ok();
    const auto facts = sequence::facts_of(record);
    if (!facts) return facts.error();
    sequence::SubjectHistory& history = histories.find(*record.key)->second;
    if (facts.value().position != history.last.next()) return ok();
    return sequence::apply(history, facts.value());
}

}  // namespace

Result<std::optional<sequence::Subject>> peek_waiting(
    const log::Log& log,
    std::string_view domain,
    HomeId home,
    std::string_view subject,
    const sequence::SubjectHistory& history
) {
    constexpr int kLooks = 5;
    const ScanTable scan = tables_of(log, sequencer_group(domain), home);
    auto head = peek_one(log, sequencer_group(domain), home, table::kWaiting, subject);
    for (int look = 0; look < kLooks; ++look) {
        if (!head) return head.error();
        if (!head.value()) return std::optional<sequence::Subject>{};
        auto found = read_waiting(scan, subject, *head.value(), history);
        if (found) return std::optional{std::move(found.value())};
        auto again = peek_one(log, sequencer_group(domain), home, table::kWaiting, subject);
        if (again && again.value() == head.value()) return found.error().at(subject);
        head = std::move(again);
    }
    return Error{ErrorCode::kUnavailable, "it changes too fast to be seen whole; ask again"}.at(
        subject
    );
}

Result<NamedHistories> peek_histories(
    const log::Log& log, std::string_view domain, HomeId home, std::span<const std::string> subjects
) {
    const log::PartitionRef ordered{ordered_topic(domain), PartitionId{home.value}};
    const auto begins = tail_begins(log, domain, home, ordered);
    if (!begins) return begins.error();
    NamedHistories histories;
    for (const std::string& subject : subjects) {
        const auto stored = peek_one(log, sequencer_group(domain), home, table::kSubjects, subject);
        if (!stored) return stored.error();
        sequence::SubjectHistory& history = histories[subject];
        if (!stored.value()) continue;
        auto decoded = sequence::decode_history(*stored.value());
        if (!decoded) return decoded.error().at(subject);
        history = std::move(decoded.value());
    }
    for (Offset next = begins.value();;) {
        const auto read = log.read(ordered, next, {});
        if (!read) return read.error();
        if (read.value().next() == next) break;
        for (const log::StoredRecord& stored : read.value()) {
            if (!stored.record.key || !histories.contains(*stored.record.key)) continue;
            const Status taken = take_in(stored.record, histories);
            if (!taken) return taken.error().at(fmt::format("{}/{}", ordered.topic, home.value));
        }
        next = read.value().next();
    }
    std::erase_if(histories, [](const auto& one) { return one.second.last == Position{}; });
    return histories;
}

}  // namespace sluice::runtime
