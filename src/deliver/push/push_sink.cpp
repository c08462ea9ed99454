#include "deliver/push/push_sink.hpp"

#include "base/assert.hpp"
#include "deliver/decode.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

namespace sluice::deliver::push {

using dispatch::Failure;
using dispatch::FailureKind;
using dispatch::RunOutcome;

namespace {

constexpr std::uint64_t kOwnTickets = std::uint64_t{1} << 63;  // no worker counts so far
constexpr std::size_t kRunsPerConnection = 2;  // one under way, one that follows at once
constexpr Milliseconds kLookAgain{100};

}  // namespace

Result<std::unique_ptr<PushSink>> PushSink::open(PushOptions options, const Clock& clock) {
    auto courier = Courier::open(options.courier);
    if (!courier) return courier.error();
    std::unique_ptr<PushSink> sink{new PushSink{std::move(options), clock}};
    sink->courier_ = std::move(courier).value();
    return sink;
}

PushSink::PushSink(PushOptions options, const Clock& clock)
    : options_{std::move(options)},
      clock_{clock},
      pace_{options_.pace},
      consent_{options_.consent},
      own_ticket_{kOwnTickets} {}

PushSink::~PushSink() {
    courier_.reset();
}

bool PushSink::wants(std::string_view type) const {
    return is_wanted(options_.types, type);
}

Instant PushSink::steady_now() const {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return Instant{std::chrono::duration_cast<Milliseconds>(now).count()};
}

/// For being away or busy, or until the receiver's rate allows another request.
Milliseconds PushSink::pause_left() const {
    const Instant now = steady_now();
    return std::max(pace_.pause_left(now), consent_.wait_left(now));
}

std::size_t PushSink::room() {
    const std::lock_guard lock{mutex_};
    if (consent_.is_due(steady_now())) ask_for_consent();
    if (!consent_.is_given() || pause_left() > Milliseconds{0}) return 0;
    const std::size_t most = options_.courier.connections_max * kRunsPerConnection;
    const std::size_t left = most - std::min(most, flights_.size());
    return std::min(left, pace_.allowed(steady_now(), flights_.size()));
}

/// Up to the first event that is none.
PushSink::Flight PushSink::flight_of(const RunWork& run) const {
    Flight flight;
    flight.attempt = run.attempt;
    for (const Outgoing& one : run.events) {
        auto event = decode(one, options_.limits);
        if (!event) {
            flight.after = Failure{FailureKind::kDead, event.error().message, {}};
            break;
        }
        flight.events.push_back(std::move(event).value());
        flight.positions.push_back(one.position);
    }
    return flight;
}

void PushSink::begin(std::span<const RunBegun> runs) {
    begin_all(runs, false);
}

void PushSink::begin_all(std::span<const RunBegun> runs, bool dry_run) {
    std::vector<std::pair<RunTicket, Flight>> made;
    made.reserve(runs.size());
    for (const RunBegun& run : runs) made.emplace_back(run.ticket, flight_of(run.work));
    const std::lock_guard lock{mutex_};
    for (auto& [ticket, flight] : made) {
        if (flight.events.empty()) {
            ended_.push_back({ticket, RunOutcome{0, std::move(flight.after)}});
            continue;
        }
        const auto [at, is_new] = flights_.emplace(ticket, std::move(flight));
        SLUICE_ASSERT(is_new);
        at->second.dry_run = dry_run;
        send_next(ticket, at->second);
    }
    if (!ended_.empty()) landed_.notify_all();
}

/// How many events go with the next request.
std::size_t PushSink::next_share(const Flight& flight) const {
    if (options_.mode != Mode::kBatch || flight.singly) return 1;
    std::size_t bytes = 0;
    std::size_t share = 0;
    for (std::size_t at = flight.handled; at < flight.events.size(); ++at, ++share) {
        bytes += flight.events[at].data ? flight.events[at].data->size() : 0;
        if (share > 0 && bytes > options_.batch_bytes_max) break;
    }
    return share;
}

void PushSink::send_next(RunTicket ticket, Flight& flight) {
    flight.asked = next_share(flight);
    const auto maker = [this, ticket]() -> std::optional<Request> {
        const std::lock_guard lock{mutex_};
        const auto found = flights_.find(ticket);
        SLUICE_ASSERT(found != flights_.end());
        const bool may_go = !draining_ && !refusal_ && consent_.is_given();
        if (!may_go || pause_left() > Milliseconds{0}) return std::nullopt;
        consent_.sent(steady_now());
        return request_of(found->second);
    };
    courier_->send(maker, [this, ticket](Reply reply) { land(ticket, std::move(reply)); });
}

Request PushSink::request_of(const Flight& flight) const {
    const std::span events{flight.events.data() + flight.handled, flight.asked};
    Message message;
    switch (options_.mode) {
        case Mode::kBinary: message = binary_message(events.front()); break;
        case Mode::kStructured: message = structured_message(events.front()); break;
        case Mode::kBatch: message = batch_message(events); break;
    }
    Request request{"POST", std::move(message.headers), std::move(message.body)};
    const auto add = [&](std::string_view name, std::string value) {
        request.headers.emplace_back(name, std::move(value));
    };
    std::vector<std::string_view> parts;
    for (const Event& event : events) {
        parts.push_back(event.source);
        parts.push_back(event.id);
    }
    const std::string id = webhook_id(parts);
    const std::int64_t seconds = clock_.now().ms / 1'000;
    add("User-Agent", "sluice");
    add("sluice-domain", options_.domain);
    add("sluice-subscription", options_.subscription);
    add("sluice-position", fmt::to_string(flight.positions[flight.handled].value));
    add("sluice-attempt", fmt::to_string(flight.handled == 0 ? flight.attempt : 1));
    if (flight.dry_run) add("sluice-dry-run", "true");
    add("webhook-id", id);
    add("webhook-timestamp", fmt::to_string(seconds));
    if (!options_.secrets.empty()) {
        add("webhook-signature", signatures(options_.secrets, id, seconds, request.body));
    }
    if (!options_.authorization.empty()) add("Authorization", options_.authorization);
    if (!options_.consent.origin.empty()) add("WebHook-Request-Origin", options_.consent.origin);
    return request;
}

void PushSink::ask_for_consent() {
    consent_.asked();
    const auto maker = [this]() -> std::optional<Request> {
        Request request{"OPTIONS", {{"User-Agent", "sluice"}}, {}};
        const ConsentOptions& asked = options_.consent;
        request.headers.emplace_back("WebHook-Request-Origin", asked.origin);
        if (asked.per_minute > 0) {
            request.headers.emplace_back("WebHook-Request-Rate", fmt::to_string(asked.per_minute));
        }
        if (!options_.authorization.empty()) {
            request.headers.emplace_back("Authorization", options_.authorization);
        }
        return request;
    };
    courier_->send(maker, [this](const Reply& reply) { take_consent(reply); });
}

void PushSink::take_consent(const Reply& reply) {
    std::string news = "the receiver agrees to be sent events";
    {
        const std::lock_guard lock{mutex_};
        if (const auto* answer = std::get_if<Answer>(&reply)) {
            if (const auto why = consent_.answered(*answer, steady_now())) news = *why;
        } else {
            consent_.unanswered(steady_now());
            news = "the receiver could not be asked whether it agrees";
            if (const auto* unsent = std::get_if<NotSent>(&reply)) news += ": " + unsent->why;
            if (const auto* none = std::get_if<NoAnswer>(&reply)) news += ": " + none->why;
        }
    }
    options_.on_news(news);
}

Failure PushSink::not_tried(std::string why) const {
    const Milliseconds left = pause_left();
    Failure failure{FailureKind::kNotTried, std::move(why), {}};
    if (left > Milliseconds{0}) failure.after = left;
    return failure;
}

/// What an answer makes of the events that were asked about.
std::optional<Failure> PushSink::failure_in(const Answer& answer, Flight& flight) {
    if (pace_.answered()) tell("the target answers again");
    const auto meaning = meaning_of(answer, clock_.now());
    if (std::holds_alternative<Taken>(meaning)) {
        ++probe_.taken;
        return std::nullopt;
    }
    if (const auto* busy = std::get_if<Busy>(&meaning)) {
        ++probe_.busy;
        pace_.busy(steady_now(), busy->after);
        tell(fmt::format("{}: nothing is sent for {} ms", busy->reason, busy->after.count()));
        return not_tried(busy->reason);
    }
    if (const auto* gone = std::get_if<Gone>(&meaning)) {
        if (!refusal_) tell(gone->reason + ": it wants nothing more; the subscription is paused");
        refusal_ = gone->reason;
        return not_tried(gone->reason);
    }
    ++probe_.failed;
    auto failure = std::get<Failure>(meaning);
    flight.singly = failure.kind == FailureKind::kDead && flight.asked > 1;
    return failure;
}

/// Takes a reply in. True: the run goes on.
bool PushSink::settle(Flight& flight, Reply reply, std::optional<Failure>& failure) {
    const bool was_batch = flight.asked > 1;
    if (const auto* answer = std::get_if<Answer>(&reply)) {
        failure = failure_in(*answer, flight);
        if (!failure) {
            flight.handled += flight.asked;
            if (flight.handled == flight.events.size()) {
                failure = flight.after;
                return false;
            }
            if (!draining_) return true;
            failure = not_tried("given up");
        }
        return was_batch && flight.singly && !draining_;
    }
    if (const auto* none = std::get_if<NoAnswer>(&reply)) {
        ++probe_.lost;
        failure = abandoned_ ? not_tried(none->why) : no_answer(none->why);
        return false;
    }
    if (const auto* unsent = std::get_if<NotSent>(&reply)) {
        ++probe_.not_sent;
        if (!abandoned_ && pace_.unreachable(steady_now())) {
            tell(fmt::format("the target cannot be reached: {}", unsent->why));
        }
        failure = not_tried(unsent->why);
        return false;
    }
    const std::string why = consent_.is_given() ? "the target is left alone for a while"
                                                : "the receiver has not agreed to be sent events";
    failure = not_tried(refusal_.value_or(why));
    return false;
}

void PushSink::land(RunTicket ticket, Reply reply) {
    std::vector<std::string> news;
    {
        const std::lock_guard lock{mutex_};
        const auto found = flights_.find(ticket);
        SLUICE_ASSERT(found != flights_.end());
        Flight& flight = found->second;
        std::optional<Failure> failure;
        if (settle(flight, std::move(reply), failure)) {
            send_next(ticket, flight);
        } else {
            ended_.push_back({ticket, RunOutcome{flight.handled, std::move(failure)}});
            flights_.erase(found);
            if (flights_.empty()) draining_ = abandoned_ = false;
            landed_.notify_all();
        }
        news = std::exchange(news_, {});
    }
    for (const std::string& one : news) options_.on_news(one);
}

std::vector<RunEnded> PushSink::ended() {
    const std::lock_guard lock{mutex_};
    return std::exchange(ended_, {});
}

void PushSink::wait(Milliseconds longest) {
    std::unique_lock lock{mutex_};
    landed_.wait_for(lock, longest, [this] { return !ended_.empty(); });
}

void PushSink::drain() {
    const std::lock_guard lock{mutex_};
    draining_ = !flights_.empty();
}

void PushSink::abandon() {
    {
        const std::lock_guard lock{mutex_};
        if (flights_.empty()) return;
        draining_ = abandoned_ = true;
    }
    courier_->cancel();
}

std::optional<std::string> PushSink::refused_for_good() {
    const std::lock_guard lock{mutex_};
    return std::exchange(refusal_, std::nullopt);
}

std::vector<Figure> PushSink::figures() const {
    constexpr std::string_view kName = "sluice_push_requests_total";
    constexpr std::string_view kHelp = "Requests to the receiver, by what came of them.";
    const auto count = [&](std::string_view result, const std::atomic<std::uint64_t>& value) {
        return Figure{kName, kHelp, static_cast<double>(value.load()), result};
    };
    std::vector<Figure> all{
        count("taken", probe_.taken),
        count("failed", probe_.failed),
        count("lost", probe_.lost),
        count("not-sent", probe_.not_sent),
        count("busy", probe_.busy)};
    const std::lock_guard lock{mutex_};
    all.push_back(
        {"sluice_push_runs",
         "Runs with the receiver or on their way.",
         static_cast<double>(flights_.size())}
    );
    all.push_back(
        {"sluice_push_resting",
         "1: the receiver cannot be reached, is busy, or has not agreed; nothing is sent.",
         !consent_.is_given() || pause_left() > Milliseconds{0} ? 1.0 : 0.0}
    );
    return all;
}

std::vector<RunOutcome> PushSink::deliver(std::span<const RunWork> runs) {
    return carry_out(runs, false);
}

Result<RunOutcome> PushSink::try_out(const RunWork& run) {
    if (options_.dry_run) return std::move(carry_out(std::span{&run, 1}, true).front());
    return Error{
        ErrorCode::kUnsupported,
        "the receiver is not said to know trial runs: it would have to heed `sluice-dry-run: true` "
        "and keep nothing; then say `dry_run: true` in the sink"};
}

std::vector<RunOutcome> PushSink::carry_out(std::span<const RunWork> runs, bool dry_run) {
    std::vector<RunOutcome> outcomes(runs.size());
    std::map<RunTicket, std::size_t> mine;
    std::vector<RunBegun> begun;
    for (const RunWork& run : runs) {
        mine.emplace(own_ticket_, begun.size());
        begun.push_back({own_ticket_, run});
        ++own_ticket_.value;
    }
    begin_all(begun, dry_run);
    while (!mine.empty()) {
        std::unique_lock lock{mutex_};
        landed_.wait_for(lock, kLookAgain, [this] { return !ended_.empty(); });
        std::erase_if(ended_, [&](RunEnded& one) {  // others may be under way, of a worker
            const auto found = mine.find(one.ticket);
            if (found == mine.end()) return false;
            outcomes[found->second] = std::move(one.outcome);
            mine.erase(found);
            return true;
        });
    }
    return outcomes;
}

}  // namespace sluice::deliver::push
