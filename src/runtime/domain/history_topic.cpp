#include "runtime/domain/history_topic.hpp"

#include "base/hash.hpp"
#include "event/kafka.hpp"
#include "event/number.hpp"
#include "runtime/domain/peek.hpp"
#include "runtime/domain/topics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sluice::runtime {

namespace {

constexpr std::string_view kOrdered = ".ordered";

log::PartitionRef history_beside(const log::PartitionRef& ordered) {
    const std::string_view topic{ordered.topic};
    return {history_topic(topic.substr(0, topic.size() - kOrdered.size())), ordered.partition};
}

Result<Offset> offset_it_had(const log::StoredRecord& stored) {
    const auto text = stored.record.header(kHistoryOffsetHeader);
    const auto number = text ? event::parse_number(*text) : std::nullopt;
    if (!number) {
        return Error{
            ErrorCode::kCorrupt,
            fmt::format("history, offset {}: no record of ours", stored.offset.value)};
    }
    return Offset{static_cast<std::int64_t>(*number) - 1};  // stored from 1: 0 is no number
}

/// Where in the history the first record lies that had `at` or a later offset: they ascend.
Result<Offset> place_of(const log::Log& log, const log::PartitionRef& history, Offset at) {
    const auto ends = log.ends(history);
    if (!ends) return ends.error();
    return find_place(log, history, ends.value(), [at](const log::StoredRecord& stored) {
        const auto had = offset_it_had(stored);
        return had ? Result<bool>{had.value() < at} : Result<bool>{had.error()};
    });
}

/// On Kafka the last offsets may be none of records.
Result<std::optional<log::StoredRecord>> last_of(
    const log::Log& log, const log::PartitionRef& history, const log::Ends& ends
) {
    for (std::int64_t at = ends.committed.value - 1; at >= ends.first.value; --at) {
        auto stored = record_from(log, history, Offset{at});
        if (!stored || stored.value()) return stored;
    }
    return std::optional<log::StoredRecord>{};
}

}  // namespace

std::string history_topic(std::string_view domain) {
    return fmt::format("{}.history", domain);
}

Result<std::optional<HistorySpan>> history_of(
    const log::Log& log, const log::PartitionRef& ordered
) {
    const log::PartitionRef history = history_beside(ordered);
    const auto topic = log.topic(history.topic);
    if (!topic) return topic.error();
    if (!topic.value()) return std::optional<HistorySpan>{};
    const auto ends = log.ends(history);
    if (!ends) return ends.error();
    const auto first = record_from(log, history, ends.value().first);
    if (!first) return first.error();
    const auto last = last_of(log, history, ends.value());
    if (!last) return last.error();
    if (!first.value() || !last.value()) return std::optional<HistorySpan>{};
    const auto begins = offset_it_had(*first.value());
    const auto ended = offset_it_had(*last.value());
    if (!begins) return begins.error();
    if (!ended) return ended.error();
    return std::optional{HistorySpan{begins.value(), ended.value().next()}};
}

Result<Offset> oldest_of(
    const log::Log& log, const log::PartitionRef& ordered, const log::Ends& ends
) {
    if (ends.first.value == 0) return ends.first;
    const auto span = history_of(log, ordered);
    if (!span) return span.error();
    const bool reaches = span.value() && span.value()->end >= ends.first;
    return reaches ? std::min(span.value()->first, ends.first) : ends.first;
}

Result<std::optional<log::Records>> read_brought_back(
    const log::Log& log, const log::PartitionRef& ordered, Offset at, const log::ReadLimits& limits
) {
    const auto ends = log.ends(ordered);
    if (!ends) return ends.error();
    const Offset below = ends.value().first;
    if (at >= below) return std::optional<log::Records>{};
    const auto span = history_of(log, ordered);
    if (!span) return span.error();
    if (!span.value() || at >= span.value()->end) return std::optional<log::Records>{};
    const log::PartitionRef history = history_beside(ordered);
    const auto from = place_of(log, history, at);
    if (!from) return from.error();
    auto read = log.read(history, from.value(), limits);
    if (!read) return read.error();
    std::vector<log::StoredRecord> records;
    Offset next = std::min(span.value()->end, below);
    for (log::StoredRecord& stored : read.value()) {
        const auto had = offset_it_had(stored);
        if (!had) return had.error();
        if (had.value() >= below) break;
        stored.offset = had.value();
        stored.record.headers.erase_if([](const Header& header) {
            return header.name == kHistoryOffsetHeader;
        });
        records.push_back(std::move(stored));
    }
    const bool is_all = records.empty() || records.back().offset.next() >= next;
    if (!is_all) next = records.back().offset.next();
    return std::optional{log::Records{std::move(records), next}};
}

Result<HistoryImport> HistoryImport::open(log::Log& log, const std::string& domain) {
    const auto ordered = log.topic(ordered_topic(domain));
    if (!ordered) return ordered.error();
    if (!ordered.value()) {
        return Error{ErrorCode::kNotFound, fmt::format("domain {}: no such domain", domain)};
    }
    const std::uint32_t homes = ordered.value()->partitions;
    const Status made = log.create_topic({history_topic(domain), homes});
    if (!made) return made.error();
    HistoryImport import{log, domain};
    for (PartitionId home{0}; home.value < homes; home = home.next()) {
        const auto span = history_of(log, {ordered_topic(domain), home});
        if (!span) return span.error();
        import.before_.push_back(span.value());
    }
    import.now_ = import.before_;
    return import;
}

Status HistoryImport::check(const Event& event, PartitionId partition, Offset offset) {
    const auto wrong = [&](std::string_view what) {
        return Error{
            ErrorCode::kInvalidEvent, fmt::format("{} of {}: {}", event.id, event.subject, what)};
    };
    if (partition.value >= now_.size()) return wrong("the domain has no such partition");
    const auto homes = static_cast<std::uint32_t>(now_.size());
    if (home_of(event.subject, homes).value != partition.value) {
        return wrong("that is not its subject's partition; the lines are another domain's");
    }
    const auto text = event.extension(extension::kSubjectPosition);
    const auto position = text ? event::parse_number(*text) : std::nullopt;
    if (!position) return wrong("it has no `subjectposition`; import what `sluice read` wrote");
    const auto known = positions_.find(event.subject);
    const bool follows = known != positions_.end() ? *position == known->second + 1
                                                   : *position == 1 || before_[partition.value];
    if (!follows) {
        const std::uint64_t last = known == positions_.end() ? 0 : known->second;
        return wrong(fmt::format("position {} comes after {}: lines are missing", *position, last));
    }
    const auto& span = now_[partition.value];
    if (span && offset < span->end && !is_there(partition, offset)) {
        return wrong("its offset is not above that of the line before; keep them in their order");
    }
    positions_[event.subject] = *position;
    return ok();
}

bool HistoryImport::is_there(PartitionId partition, Offset offset) const {
    const auto& span = before_[partition.value];
    return span && offset < span->end;
}

Status HistoryImport::add(const Event& event, PartitionId partition, Offset offset) {
    if (const Status good = check(event, partition, offset); !good) return good;
    if (is_there(partition, offset)) {
        ++passed_over_;
        return ok();
    }
    Record record = event::to_record(event, event.subject);
    record.headers.push_back({std::string{kHistoryOffsetHeader}, fmt::to_string(offset.value + 1)});
    const log::PartitionRef to{history_topic(domain_), partition};
    if (batch_.empty() || batch_.back().to != to) batch_.push_back({to, {}});
    batch_.back().records.push_back(std::move(record));
    auto& span = now_[partition.value];
    span = HistorySpan{span ? span->first : offset, offset.next()};
    return ++batched_ < kBatchRecords ? ok() : write();
}

Status HistoryImport::write() {
    if (batch_.empty()) return ok();
    const auto written = log_.publish(std::exchange(batch_, {}));
    if (!written) return written.error();
    imported_ += std::exchange(batched_, 0);
    return ok();
}

}  // namespace sluice::runtime
