#include "runtime/inspect/inspect_subject.hpp"

#include "base/assert.hpp"
#include "runtime/domain/topics.hpp"
#include "runtime/inspect/inspect_histories.hpp"
#include "runtime/subjects/subject_store.hpp"
#include "sequence/state_codec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string>
#include <utility>

namespace sluice::runtime {

namespace {

constexpr std::size_t kInspectPage = 500;

}  // namespace

Result<std::optional<sequence::Subject>> peek_subject(
    const log::Log& log, const DomainFacts& facts, std::string_view subject
) {
    if (facts.given) return std::optional<sequence::Subject>{};
    const HomeId home = facts.home_of(subject);
    const std::string name{subject};
    auto histories = peek_histories(log, facts.name, home, std::span{&name, 1});
    if (!histories) return histories.error();
    const auto history = histories.value().find(subject);
    const bool known = history != histories.value().end();
    sequence::Subject released;
    if (known) released.history = std::move(history->second);
    auto waiting = peek_waiting(log, facts.name, home, subject, released.history);
    if (!waiting || waiting.value()) return waiting;
    if (!known) return std::optional<sequence::Subject>{};
    return std::optional{std::move(released)};
}

Result<std::uint64_t> sharing(
    const log::Log& log, const DomainFacts& facts, const sequence::Subject& subject
) {
    const std::string wanted = shared_name(subject);
    if (wanted.empty()) return std::uint64_t{0};
    std::uint64_t subjects = 0;
    std::size_t looked_at = 0;
    for (HomeId home{0}; home.value < facts.homes; home = home.next()) {
        std::string from;
        while (looked_at < kLookedAtMax && subjects <= kSharedGapSubjects) {
            const auto page =
                log.peek(sequencer_group(facts.name), home, table::kWaiting, from, kInspectPage);
            if (!page) return page.error();
            for (const auto& [name, value] : page.value()) {
                const auto head = sequence::decode_head(value);
                if (!head) return head.error().at(name);
                if (shared_name(head.value().subject) == wanted) ++subjects;
            }
            looked_at += page.value().size();
            if (page.value().size() < kInspectPage) break;
            from = page.value().back().first + '\0';
        }
    }
    return subjects;
}

std::string shared_gap_text(const std::string& wanted, std::uint64_t subjects) {
    if (subjects <= kSharedGapSubjects) return {};
    return fmt::format(
        "more than {} subjects wait for {}: is a channel missing from the contract?",
        kSharedGapSubjects,
        wanted
    );
}

std::string_view to_string(sequence::HoldCause cause) {
    switch (cause) {
        case sequence::HoldCause::kConflict: return "conflict";
        case sequence::HoldCause::kInvalid: return "invalid";
        case sequence::HoldCause::kFlooded: return "flooded";
        case sequence::HoldCause::kGap: return "parked-gap";
    }
    SLUICE_UNREACHABLE();
}

std::string_view cause_of(const dispatch::Line& line) {
    if (line.hold) return "paused";
    switch (line.state) {
        case dispatch::LineState::kRetrying: return "retrying";
        case dispatch::LineState::kParked:
            return line.reason.starts_with(dispatch::kHoleReason) ? "hole" : "parked";
    }
    SLUICE_UNREACHABLE();
}

WaitingCause cause_of(const sequence::Subject& subject) {
    static const sequence::Sequencer kAsker{{}};  // what is missing does not depend on options
    WaitingCause found;
    found.missing = kAsker.missing(subject);
    const bool cycle = std::any_of(found.missing.begin(), found.missing.end(), [](const auto& one) {
        return one.cycle;
    });
    for (const sequence::Missing& one : found.missing) {
        if (!found.detail.empty()) found.detail += ", ";
        found.detail += one.wanted;
    }
    found.detail = "waits for " + (found.detail.empty() ? std::string{"nothing"} : found.detail);
    if (!subject.waiting.empty()) found.since = subject.waiting.begin()->since;
    if (subject.hold) {
        found.cause = to_string(subject.hold->cause);
        found.detail = subject.hold->detail;
        found.since = subject.hold->since;
    } else if (cycle) {
        found.cause = "cycle";
        found.detail += ", which is here and waits as well";
    } else if (subject.gap) {
        found.cause = "gap";
        found.since = subject.gap->opened_at;
    } else if (subject.flood) {
        found.cause = "flooded";
        found.detail = "too much waited: events went aside";
        found.since = subject.flood->since;
    } else {
        found.cause = "waiting";
    }
    return found;
}

std::string what_next(const DomainFacts& facts, const sequence::Subject& subject) {
    if (subject.stopped() && subject.hold->cause != sequence::HoldCause::kGap) {
        return "nothing moves until a person chooses";
    }
    if (!subject.gap && subject.flood && subject.waiting.empty()) {
        return "what went aside has to come again, or a person releases it";
    }
    if (!subject.gap) return "it goes when that has been released";
    const std::string proof = subject.gap->proven_at
                                  ? fmt::format(
                                        "proven {} that nothing published can fill it",
                                        to_rfc3339(*subject.gap->proven_at)
                                    )
                                  : "the next sweep will tell whether it may still come";
    switch (facts.gap_action) {
        case sequence::GapAction::kWait: return proof + "; by policy it waits until that comes";
        case sequence::GapAction::kPark:
            if (subject.stopped()) return proof + "; parked until that comes, or a person chooses";
            return fmt::format(
                "{}; {} ms after the proof it is parked", proof, facts.gap_wait.count()
            );
        case sequence::GapAction::kSkip:
            return fmt::format(
                "{}; {} ms after the proof it is given up", proof, facts.gap_wait.count()
            );
    }
    SLUICE_UNREACHABLE();
}

std::string what_next(const dispatch::Line& line) {
    if (line.hold) {
        return fmt::format(
            "{} has paused it ({}): nothing moves until a person resumes it",
            line.hold->by,
            line.hold->why
        );
    }
    switch (line.state) {
        case dispatch::LineState::kParked:
            return "nothing moves until a person redrives, edits or skips its head";
        case dispatch::LineState::kRetrying:
            return fmt::format("next attempt {}", to_rfc3339(line.due_at));
    }
    SLUICE_UNREACHABLE();
}

std::string summary_of(const sequence::Subject& subject) {
    const std::uint64_t last = subject.history.last.value;
    if (subject.settled()) {
        return fmt::format(
            "{} at position {}", subject.history.closed ? "closed" : "flowing", last
        );
    }
    const WaitingCause cause = cause_of(subject);
    return fmt::format(
        "{}: {}; {} waiting, released up to position {}",
        cause.cause,
        cause.detail,
        subject.waiting.size(),
        last
    );
}

}  // namespace sluice::runtime
