#include "deliver/pull/pull_sink.hpp"

#include "deliver/decode.hpp"
#include "event/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <random>
#include <system_error>
#include <utility>

namespace sluice::deliver::pull {

using dispatch::Failure;
using dispatch::FailureKind;
using dispatch::RunOutcome;

namespace {

/// Not a secret: it only tells the lives of a sink apart.
std::string new_life() {
    std::random_device source;
    return fmt::format("{:08x}{:08x}", source(), source());
}

}  // namespace

PullSink::PullSink(Options options) : options_{std::move(options)}, life_{new_life()} {}

bool PullSink::wants(std::string_view type) const {
    return is_wanted(options_.types, type);
}

std::vector<RunOutcome> PullSink::deliver(std::span<const RunWork> runs) {
    const Failure failure{FailureKind::kNotTried, "events of this subscription are pulled", {}};
    return std::vector<RunOutcome>(runs.size(), RunOutcome{0, failure});
}

Instant PullSink::steady_now() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return Instant{std::chrono::duration_cast<Milliseconds>(now).count()};
}

std::size_t PullSink::room() {
    const std::lock_guard lock{mutex_};
    return options_.runs_max - std::min(options_.runs_max, desk_.runs());
}

void PullSink::begin(std::span<const RunBegun> runs) {
    const std::lock_guard lock{mutex_};
    for (const RunBegun& run : runs) {
        Offered offered{run.ticket, std::string{run.work.subject}, {}, run.work.attempt};
        std::vector<std::string> texts;
        std::optional<Failure> after;
        for (const Outgoing& one : run.work.events) {
            const auto event = decode(one, options_.limits);
            if (!event) {
                after = Failure{FailureKind::kDead, event.error().message, {}};
                break;
            }
            offered.positions.push_back(one.position);
            texts.push_back(event::write_json_line(*event));
            offered.bytes.push_back(texts.back().size());
        }
        if (texts.empty()) {
            at_once_.push_back({run.ticket, RunOutcome{0, std::move(after)}});
            continue;
        }
        if (after) after_.emplace(run.ticket, *std::move(after));
        texts_.emplace(run.ticket, std::move(texts));
        desk_.offer(std::move(offered));
    }
    offered_.notify_all();
}

std::vector<RunEnded> PullSink::ended() {
    const std::lock_guard lock{mutex_};
    desk_.expire(steady_now());
    std::vector<RunEnded> all = desk_.ended();
    for (RunEnded& one : all) {
        texts_.erase(one.ticket);
        auto after = after_.extract(one.ticket);
        if (!after.empty() && !one.outcome.failure) one.outcome.failure = std::move(after.mapped());
    }
    for (RunEnded& one : std::exchange(at_once_, {})) all.push_back(std::move(one));
    return all;
}

void PullSink::wait(Milliseconds longest) {
    std::unique_lock lock{mutex_};
    const Instant now = steady_now();
    if (const auto due = desk_.next_due()) {
        longest = std::clamp(*due - now, Milliseconds{0}, longest);
    }
    settled_.wait_for(lock, longest, [this] { return desk_.has_ended() || !at_once_.empty(); });
}

void PullSink::drain() {
    const std::lock_guard lock{mutex_};
    desk_.drain();
}

void PullSink::abandon() {
    const std::lock_guard lock{mutex_};
    desk_.abandon();
}

std::string PullSink::text_of(LeaseId lease) const {
    return fmt::format("{}-{}", life_, lease.value);
}

/// Nothing: it is of another life, or none.
std::optional<LeaseId> PullSink::lease_of(std::string_view text) const {
    if (!text.starts_with(life_ + "-")) return std::nullopt;
    text.remove_prefix(life_.size() + 1);
    LeaseId lease;
    const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), lease.value);
    const bool whole = error == std::errc{} && at == text.data() + text.size();
    return whole ? std::optional{lease} : std::nullopt;
}

Pulled PullSink::pulled(const Leased& leased, Instant now) const {
    Pulled one{text_of(leased.lease), leased.subject, leased.attempt, {}, leased.until - now};
    const std::vector<std::string>& texts = texts_.at(leased.ticket);
    for (std::size_t at = leased.first; at < leased.first + leased.count; ++at) {
        one.events.push_back(texts.at(at));
    }
    return one;
}

std::vector<Pulled> PullSink::pull(const Ask& ask, Milliseconds wait) {
    std::unique_lock lock{mutex_};
    offered_.wait_for(lock, wait, [this] { return closed_ || desk_.waiting() > 0; });
    std::vector<Pulled> all;
    if (closed_) return all;
    const Instant now = steady_now();
    for (const Leased& one : desk_.lease(ask, now)) all.push_back(pulled(one, now));
    return all;
}

std::vector<Status> PullSink::answer(std::span<const PullAnswer> answers) {
    std::vector<Status> results;
    results.reserve(answers.size());
    const std::lock_guard lock{mutex_};
    const Instant now = steady_now();
    for (const PullAnswer& one : answers) {
        // Of another life it is like one that is over.
        const LeaseId lease = lease_of(one.lease).value_or(LeaseId{});
        results.push_back(desk_.settle({lease, one.position, one.word, one.reason, one.after}, now)
        );
    }
    if (desk_.has_ended() || desk_.leased() == 0) settled_.notify_all();
    if (desk_.waiting() > 0) offered_.notify_all();
    return results;
}

Status PullSink::extend(std::string_view lease, Milliseconds length) {
    const std::lock_guard lock{mutex_};
    return desk_.extend(lease_of(lease).value_or(LeaseId{}), length, steady_now());
}

std::vector<Figure> PullSink::figures() const {
    constexpr std::string_view kName = "sluice_pull_answers_total";
    constexpr std::string_view kHelp = "Answers of clients, by what they say of an event.";
    const auto figure = [](std::string_view name, std::string_view help, auto value) {
        return Figure{name, help, static_cast<double>(value)};
    };
    const std::lock_guard lock{mutex_};
    const LeaseCounts& counts = desk_.counts();
    const auto answers = [&](std::string_view result, std::uint64_t value) {
        return Figure{kName, kHelp, static_cast<double>(value), result};
    };
    return {
        answers("done", counts.done),
        answers("retry", counts.retry),
        answers("dead", counts.dead),
        answers("return", counts.returned),
        answers("refused", counts.refused),
        figure("sluice_pull_leases_total", "Leases given to clients.", counts.leases),
        figure(
            "sluice_pull_expired_total",
            "Leases that were over before all was answered.",
            counts.expired
        ),
        figure("sluice_pull_waiting_runs", "Runs that wait to be pulled.", desk_.waiting()),
        figure("sluice_pull_leased_runs", "Runs that clients have.", desk_.leased()),
        figure(
            "sluice_pull_limit_runs", "So many may wait or be with clients.", options_.runs_max
        )};
}

void PullSink::close() {
    {
        const std::lock_guard lock{mutex_};
        closed_ = true;
    }
    offered_.notify_all();
}

void PullSink::wait_for_answers(Milliseconds longest) {
    std::unique_lock lock{mutex_};
    settled_.wait_for(lock, longest, [this] { return desk_.leased() == 0; });
}

}  // namespace sluice::deliver::pull
