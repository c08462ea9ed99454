#include "log/kafka/names_book.hpp"

#include "base/clock.hpp"
#include "base/point.hpp"
#include "log/kafka/errors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace sluice::log::kafka {

namespace {

constexpr std::string_view kNamesKey = "names";

PartitionRef place_of_names() {
    return {std::string{kNamesTopic}, PartitionId{0}};
}

}  // namespace

Status NamesBook::open() {
    auto names = read();
    if (!names) return names.error();
    take(std::move(names.value()));
    return ok();
}

std::shared_ptr<const Names> NamesBook::now() const {
    const std::lock_guard lock{mutex_};
    return now_;
}

void NamesBook::take(Names names) {
    const std::lock_guard lock{mutex_};
    now_ = std::make_shared<const Names>(std::move(names));
}

Status NamesBook::ensure() {
    Status made = topics_.create({std::string{kNamesTopic}, 1}, compacted_topic(options_));
    if (made || made.error().code != ErrorCode::kBadConfig) return made;
    if (options_.notice) options_.notice(made.error().message);
    return ok();
}

/// A replacement that is being written is waited for.
Result<Ends> NamesBook::settled_ends(const PartitionRef& of) const {
    auto ends = watermarks_.ends(of);
    if (!ends) return ends;
    Status asked = ok();
    const bool settled = wait_until(options_.answer, [&] {
        if (ends.value().committed >= ends.value().high_watermark) return true;
        const auto visible = watermarks_.committed(of);
        if (visible) {
            ends.value().committed = visible.value();
        } else {
            asked = visible.error();
        }
        return !asked || ends.value().committed >= ends.value().high_watermark;
    });
    if (!asked) return asked.error();
    if (settled) return ends;
    return Error{
        ErrorCode::kUnavailable,
        fmt::format("{}: somebody has not ended a transaction in it", of.topic)};
}

Result<Names> NamesBook::read() {
    constexpr ReadLimits kPortion{100, std::size_t{4} << 20};
    const std::lock_guard turn{reading_};
    const auto topic = topics_.look(kNamesTopic);
    if (!topic && topic.error().code == ErrorCode::kBadConfig) {
        return Error{
            ErrorCode::kBadConfig,
            topic.error().message +
                ": it says whether a domain has grown; allow Describe and Read on it"};
    }
    if (!topic) return topic.error();
    if (!topic.value()) return last_;
    const PartitionRef of = place_of_names();
    const auto ends = settled_ends(of);
    if (!ends) return ends.error();
    const Offset end = ends.value().high_watermark;
    streams_.written(of, end);
    Offset next = std::max(next_, ends.value().first);
    std::optional<std::string> newest;
    while (next < end) {
        auto records = streams_.read(of, next, kPortion);
        if (!records) return records.error().at("read the names of topics");
        if (records.value().next() == next) {
            return Error{
                ErrorCode::kUnavailable,
                fmt::format("{} ends at {}, and not at {}", of.topic, next.value, end.value)};
        }
        if (!records.value().empty()) newest = records.value().back().record.value.value_or("");
        next = records.value().next();
    }
    if (newest) {
        auto names = Names::decode(*newest);
        if (!names) return names.error();
        last_ = std::move(names.value());
    }
    next_ = next;
    return last_;
}

Status NamesBook::check(std::string_view group_on_broker) {
    const auto names = read();
    if (!names) return names.error();
    const std::string name = now()->group_name(group_on_broker);
    const std::string called = names.value().group_on_broker(name);
    if (called == group_on_broker) return ok();
    return Error{
        ErrorCode::kConflict,
        fmt::format(
            "group {} has been replaced since this process began: its domain has more homes. Start "
            "the process again, with their number in the contract",
            name
        )};
}

std::string NamesBook::transactional_id() const {
    return options_.prefix + std::string{kNamesTopic};
}

Status NamesBook::change(const Change& change, std::span<const GroupCommit> fences) {
    const Status there = topics_.create({std::string{kNamesTopic}, 1}, compacted_topic(options_));
    if (!there) return there;
    // Whoever else is changing them is fenced from here on, and what they have begun is ended.
    auto transaction = Transactions::open(options_, topics_, transactional_id());
    if (!transaction) return transaction.error();
    const auto before = read();
    if (!before) return before.error();
    if (before.value() != *now()) {
        return Error{
            ErrorCode::kConflict,
            fmt::format("{}: somebody else has changed the names of topics", kNamesTopic)};
    }
    auto next = change(before.value());
    if (!next) return next.error();
    Record record;
    record.key = std::string{kNamesKey};
    record.value = next.value().encode();
    record.time = SystemClock{}.now();
    SLUICE_POINT("kafka.names.before_change");
    const auto written =
        transaction.value()->write({{place_of_names(), {std::move(record)}}}, fences);
    if (!written) {
        if (transaction.value()->is_aborted()) return written.error();
        // What has become of it is known when it has ended.
        transaction.value().reset();
        const auto ended = Transactions::open(options_, topics_, transactional_id());
        if (!ended) return ended.error();
        const auto after = read();
        if (!after) return after.error();
        if (after.value() != next.value()) return written.error();
    }
    SLUICE_POINT("kafka.names.changed");
    take(std::move(next.value()));
    return ok();
}

}  // namespace sluice::log::kafka
