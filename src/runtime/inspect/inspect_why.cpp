#include "base/assert.hpp"
#include "dispatch/state_codec.hpp"
#include "runtime/domain/dispatch_tables.hpp"
#include "runtime/domain/peek.hpp"
#include "runtime/domain/topics.hpp"
#include "runtime/inspect/inspect.hpp"
#include "runtime/inspect/inspect_subject.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace sluice::runtime {

namespace {

/// "shop.a (read to its end)", "shop.b (12 unread in partition 3)".
Result<std::string> how_far(
    const log::Log& log, const DomainFacts& facts, const DomainFacts::Channel& channel
) {
    const auto topics = as_they_are(log, {{channel.topic, channel.partitions}});
    if (!topics) return topics.error();
    std::vector<std::string> unread;
    for (PartitionId p{0}; p.value < topics.value().front().partitions; p = p.next()) {
        const log::PartitionRef at{channel.topic, p};
        const auto ends = log.ends(at);
        if (!ends) return ends.error();
        const auto read = log.consumed_by(sequencer_group(facts.name), at);
        if (!read) return read.error();
        const Offset next = read.value().value_or(ends.value().first);
        const std::int64_t left = ends.value().high_watermark.value - next.value;
        if (left > 0) unread.push_back(fmt::format("{} unread in partition {}", left, p.value));
    }
    if (unread.empty()) return fmt::format("{} (read to its end)", channel.topic);
    return fmt::format("{} ({})", channel.topic, fmt::join(unread, ", "));
}

/// A number may come on any channel; a type that a rule asks for, on those that carry it.
Result<std::string> where_from(
    const log::Log& log, const DomainFacts& facts, const std::vector<sequence::Missing>& missing
) {
    std::vector<const DomainFacts::Channel*> carriers;
    for (const DomainFacts::Channel& channel : facts.channels) {
        const auto names_type = [&](const sequence::Missing& one) {
            return std::any_of(channel.types.begin(), channel.types.end(), [&](const auto& type) {
                return one.wanted.find(type) != std::string::npos;
            });
        };
        if (std::any_of(missing.begin(), missing.end(), names_type)) carriers.push_back(&channel);
    }
    if (carriers.empty()) {
        for (const auto& channel : facts.channels) carriers.push_back(&channel);
    }
    std::vector<std::string> texts;
    for (const DomainFacts::Channel* channel : carriers) {
        auto text = how_far(log, facts, *channel);
        if (!text) return text;
        texts.push_back(std::move(text.value()));
    }
    return fmt::format("{}", fmt::join(texts, ", "));
}

Result<Why> sequencer_line(
    const log::Log& log,
    const DomainFacts& facts,
    std::string_view name,
    const sequence::Subject& subject
) {
    const std::uint64_t last = subject.history.last.value;
    if (subject.settled()) {
        const std::string closed =
            subject.history.closed
                ? fmt::format(", closed since {}", to_rfc3339(subject.history.closed_at))
                : std::string{};
        return Why{
            facts.name,
            subject.history.closed ? "closed" : "flowing",
            fmt::format("{}: nothing waits; released up to position {}{}", name, last, closed)};
    }
    const WaitingCause cause = cause_of(subject);
    auto from = where_from(log, facts, cause.missing);
    if (!from) return from.error();
    const auto sharers = sharing(log, facts, subject);
    if (!sharers) return sharers.error();
    std::string next = what_next(facts, subject);
    const std::string shared = shared_gap_text(shared_name(subject), sharers.value());
    if (!shared.empty()) next += "; " + shared;
    return Why{
        facts.name,
        cause.cause,
        fmt::format(
            "{}: {} since {}; released up to position {}, {} events wait; it could come from {}; "
            "{}",
            name,
            cause.detail,
            to_rfc3339(cause.since),
            last,
            subject.waiting.size(),
            from.value(),
            next
        )};
}

std::string_view state_of(const dispatch::Line& line) {
    if (line.hold) return "paused";
    if (line.state == dispatch::LineState::kParked) return "parked";
    return line.redriven ? "redriven" : "tried again";
}

/// Of a home, whatever they have handled; one look each.
Result<std::vector<std::string>> subscriptions_with_lines(
    const log::Log& log, const std::string& group, HomeId home
) {
    std::vector<std::string> all;
    std::string from;
    while (true) {
        const auto found = log.peek(group, home, table::kLines, from, 1);
        if (!found) return found.error();
        if (found.value().empty()) return all;
        const std::string& key = found.value().front().first;
        all.push_back(subscription_of(key));
        const std::string behind = subscription_key(all.back()) + std::string(8, '\xFF');
        from = std::max(behind, key + '\0');  // no subject is so long that its key were larger
    }
}

/// Subscriptions in which the subject does not simply flow.
Status add_lines(
    const log::Log& log, const DomainFacts& facts, std::string_view name, std::vector<Why>& out
) {
    const HomeId home = facts.home_of(name);
    const std::string group = runner_group(facts.name);
    const auto subscriptions = subscriptions_with_lines(log, group, home);
    if (!subscriptions) return subscriptions.error();
    for (const std::string& subscription : subscriptions.value()) {
        const std::string key = line_key(subscription, name);
        const auto found = peek_one(log, group, home, table::kLines, key);
        if (!found) return found.error();
        if (!found.value()) continue;
        const auto line = dispatch::decode_line(*found.value());
        if (!line) return line.error();
        const auto& hold = line.value().hold;
        const Instant since = hold ? hold->since : line.value().since;
        out.push_back(
            {facts.name,
             std::string{cause_of(line.value())},
             fmt::format(
                 "{}: {} in subscription {} at position {} since {}, after {} attempts: {}; {} "
                 "events in its backlog; {}",
                 name,
                 state_of(line.value()),
                 subscription,
                 line.value().head.value,
                 to_rfc3339(since),
                 line.value().attempts,
                 line.value().reason,
                 line.value().events,
                 what_next(line.value())
             )}
        );
    }
    return ok();
}

/// Of a domain without sequencer nobody keeps which subjects there are.
Result<Why> given_line(const log::Log& log, const DomainFacts& facts, std::string_view name) {
    const log::PartitionRef at{facts.ordered_topic(), PartitionId{facts.home_of(name).value}};
    const auto ends = log.ends(at);
    if (!ends) return ends.error();
    const auto read = log.consumed_by(runner_group(facts.name), at);
    if (!read) return read.error();
    const Offset next = read.value().value_or(ends.value().first);
    return Why{
        facts.name,
        "flowing",
        fmt::format(
            "{}: nothing of it stands still; its events, if there are any, lie in {} partition {}, "
            "of which {} records are not done with",
            name,
            at.topic,
            at.partition.value,
            std::max<std::int64_t>(ends.value().committed.value - next.value, 0)
        )};
}

}  // namespace

Result<std::vector<Why>> why(const log::Log& log, std::string_view subject) {
    const auto domains = domains_of(log);
    if (!domains) return domains.error();
    return why(log, domains.value(), subject);
}

Result<std::vector<Why>> why(
    const log::Log& log, std::span<const DomainFacts> domains, std::string_view subject
) {
    std::vector<Why> all;
    for (const DomainFacts& facts : domains) {
        const auto found = peek_subject(log, facts, subject);
        if (!found) return found.error();
        if (found.value()) {
            auto line = sequencer_line(log, facts, subject, *found.value());
            if (!line) return line.error();
            all.push_back(std::move(line.value()));
        }
        // Also of a subject that the sequencer has forgotten: closed long ago, and still parked.
        const std::size_t before = all.size();
        if (const Status added = add_lines(log, facts, subject, all); !added) return added.error();
        if (!facts.given || all.size() > before) continue;
        auto line = given_line(log, facts, subject);
        if (!line) return line.error();
        all.push_back(std::move(line.value()));
    }
    return all;
}

}  // namespace sluice::runtime
