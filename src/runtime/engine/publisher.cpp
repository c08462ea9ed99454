#include "runtime/engine/publisher.hpp"

#include "base/hash.hpp"
#include "event/kafka.hpp"
#include "event/text.hpp"
#include "event/validate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

namespace sluice::runtime {

namespace {

constexpr std::size_t kWriteBytes = std::size_t{16} << 20;

constexpr std::int64_t kLookAgainMs = 10'000;
constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::min();

PartitionId partition_of(const ChannelPlan& channel, std::string_view key, std::uint32_t count) {
    switch (channel.partitioner) {
        case Partitioner::kMurmur2: return partition_by_murmur2(key, count);
        case Partitioner::kCrc32: return partition_by_crc32(key, count);
    }
    return {};
}

/// The subject, or what other producers of a given topic write for it.
Result<std::string> key_of(const DomainPlan& plan, const std::string& subject) {
    if (!plan.given) return subject;
    auto key = plan.given->places.key_of(subject);
    if (key) return std::move(*key);
    return Error{
        ErrorCode::kInvalidEvent,
        fmt::format(
            "subject {}: no key of {} reads so (`plain` of its channel says what keys are)",
            event::shown(subject),
            plan.given->places.topic
        )};
}

std::int64_t steady_ms() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

/// The `send` spans of one write; without a tracer it does nothing.
class SendTrace {
public:
    SendTrace(const trace::Tracer* tracer, const Clock& clock) : tracer_{tracer} {
        if (tracer_ == nullptr) return;
        start_ = clock.now();
        begun_ = std::chrono::steady_clock::now();
    }

    void sending(
        Record& record,
        std::size_t index,
        const log::PartitionRef& to,
        const std::optional<trace::SpanContext>& caller
    ) {
        if (tracer_ == nullptr) return;
        auto span = tracer_->send(record, {to.topic, to.partition}, start_, caller);
        if (span != nullptr) spans_.emplace_back(index, std::move(span));
    }

    void sent(const std::vector<Result<Placed>>& answers) {
        if (spans_.empty()) return;
        const auto took = std::chrono::steady_clock::now() - begun_;
        std::vector<trace::SpanPtr> ended;
        for (auto& [index, span] : spans_) {
            span->took = took;
            if (const auto& answer = answers[index]; answer) {
                span->set("messaging.kafka.offset", answer.value().offset.value);
            } else {
                span->fail(to_string(answer.error().code), answer.error().message);
            }
            ended.push_back(std::move(span));
        }
        tracer_->finish(std::move(ended));
    }

private:
    const trace::Tracer* tracer_;
    Instant start_;
    std::chrono::steady_clock::time_point begun_;
    std::vector<std::pair<std::size_t, trace::SpanPtr>> spans_;  ///< by index of the event
};

}  // namespace

void Publisher::add(const DomainPlan& plan) {
    if (!plan.takes_events()) return;
    for (const ChannelPlan& channel : plan.channels) {
        std::unique_ptr<Partitions>& counted = counts_[channel.topic];
        if (!counted) counted.reset(new Partitions{{channel.partitions}, {kNever}});
        for (const std::string& type : channel.types) {
            const Route made{&plan, &channel, counted.get(), {}};
            const auto [at, is_new] = routes_.try_emplace(type, made);
            Route& route = at->second;
            if (is_new || route.channel->topic == channel.topic) continue;
            route.other_channel = channel.topic;
        }
    }
}

std::vector<Result<Placed>> Publisher::publish(
    std::span<const Event> events, const std::optional<trace::SpanContext>& caller
) const {
    std::vector<Result<Placed>> answers;
    answers.reserve(events.size());
    std::vector<Routed> batch;
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < events.size(); ++i) {
        answers.emplace_back(Placed{});
        auto routed = route(i, events[i]);
        if (!routed) {
            answers.back() = routed.error();
            continue;
        }
        bytes += routed.value().record.size_bytes();
        batch.push_back(std::move(routed.value()));
        if (bytes < kWriteBytes) continue;
        write(std::exchange(batch, {}), answers, caller);
        bytes = 0;
    }
    if (!batch.empty()) write(std::move(batch), answers, caller);
    return answers;
}

/// A channel may have been given more partitions, and every producer moves its keys then. What
/// cannot be looked at now is as it was.
std::uint32_t Publisher::partitions_of(const Route& route) const {
    Partitions& known = *route.partitions;
    const std::int64_t now = steady_ms();
    std::int64_t looked_at = known.looked_at_ms.load();
    const bool due = looked_at == kNever || now - looked_at >= kLookAgainMs;
    if (due && known.looked_at_ms.compare_exchange_strong(looked_at, now)) {
        const auto there = log_.topic(route.channel->topic);
        if (there && there.value()) {
            known.count.store(std::max(known.count.load(), there.value()->partitions));
        }
    }
    return known.count.load();
}

Result<Publisher::Routed> Publisher::route(std::size_t index, const Event& event) const {
    const auto found = routes_.find(event.type);
    if (found == routes_.end()) {
        if (event.type.empty()) return Error{ErrorCode::kInvalidEvent, "`type` is missing"};
        return Error{
            ErrorCode::kNotFound,
            fmt::format("type {}: no contract names a channel for it", event::shown(event.type))};
    }
    const auto& [plan, channel, partitions, other] = found->second;
    if (!other.empty()) {
        return Error{
            ErrorCode::kConflict,
            fmt::format(
                "type {} travels on {} and on {}: which one is meant cannot be told from the event",
                event.type,
                channel->topic,
                other
            )};
    }
    if (const Status valid = event::validate(event, plan->limits); !valid) return valid.error();
    if (event.subject.empty()) {
        return Error{
            ErrorCode::kInvalidEvent,
            fmt::format("`subject` is missing: domain {} orders by it", plan->name)};
    }
    auto key = key_of(*plan, event.subject);
    if (!key) return key.error();
    const std::uint32_t count = partitions_of(found->second);
    Routed routed{index, {channel->topic, partition_of(*channel, key.value(), count)}, {}};
    routed.record = event::to_record(event, std::move(key.value()));
    routed.record.time = clock_.now();
    if (event.time) {
        if (const auto said = parse_rfc3339(*event.time)) routed.record.time = said.value();
    }
    if (channel->checking == Checking::kEnforce && plan->check) {
        std::string broken = plan->check(event.type, routed.record);
        if (!broken.empty()) return Error{ErrorCode::kInvalidEvent, std::move(broken)};
    }
    return routed;
}

void Publisher::write(
    std::vector<Routed> batch,
    std::vector<Result<Placed>>& answers,
    const std::optional<trace::SpanContext>& caller
) const {
    SendTrace trace{tracer_, clock_};
    std::map<log::PartitionRef, std::size_t> place;
    std::vector<log::Append> appends;
    std::vector<std::vector<std::size_t>> indexes;  // of the events, by append
    for (Routed& routed : batch) {
        const auto [at, is_new] = place.try_emplace(routed.to, appends.size());
        if (is_new) {
            appends.push_back({std::move(routed.to), {}});
            indexes.emplace_back();
        }
        trace.sending(routed.record, routed.index, appends[at->second].to, caller);
        appends[at->second].records.push_back(std::move(routed.record));
        indexes[at->second].push_back(routed.index);
    }
    std::vector<log::PartitionRef> refs;
    refs.reserve(appends.size());
    for (const log::Append& append : appends) refs.push_back(append.to);
    const auto written = log_.publish(std::move(appends));
    std::size_t record = 0;
    for (std::size_t a = 0; a < refs.size(); ++a) {
        for (const std::size_t index : indexes[a]) {
            if (written) answers[index] = Placed{refs[a], written.value()[record++]};
            if (!written) answers[index] = written.error();
        }
    }
    trace.sent(answers);
}

}  // namespace sluice::runtime
