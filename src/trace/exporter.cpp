#include "trace/exporter.hpp"

#include "http/client.hpp"

#include <fmt/format.h>

#include <chrono>
#include <utility>

namespace sluice::trace {

namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

constexpr Milliseconds kConnectMax{2'000};

/// The batcher compares moments of this clock only.
Instant steady_now() {
    const auto since = std::chrono::steady_clock::now().time_since_epoch();
    return Instant{std::chrono::duration_cast<Milliseconds>(since).count()};
}

SteadyTime steady_time(Instant at) {
    return SteadyTime{Milliseconds{at.ms}};
}

}  // namespace

Exporter::Exporter(Options options, ExporterProbe& probe)
    : options_{std::move(options)},
      probe_{probe},
      batcher_{options_.batch} {}

Exporter::~Exporter() {
    stop();
}

void Exporter::start() {
    thread_ = std::jthread{[this](const std::stop_token& stop) { run(stop); }};
}

void Exporter::stop() noexcept {
    if (!thread_.joinable()) return;
    thread_.request_stop();
    thread_.join();
}

void Exporter::take(std::vector<SpanPtr> spans) {
    const Instant now = steady_now();
    std::uint64_t refused = 0;
    bool wake = false;
    {
        const std::lock_guard lock{mutex_};
        const auto due_before = batcher_.due();
        for (SpanPtr& span : spans) {
            if (!batcher_.push(std::move(span), now)) ++refused;
        }
        wake = batcher_.due() != due_before;
        probe_.queued_now = batcher_.size();
    }
    if (refused > 0) probe_.dropped += refused;
    if (wake) changed_.notify_one();
}

void Exporter::run(const std::stop_token& stop) {
    while (true) {
        const std::vector<SpanPtr> batch = next_batch(stop);
        if (batch.empty()) return;
        if (stop.stop_requested() && losing_) {
            lose(batch.size(), "");
        } else {
            deliver(batch, stop);
        }
    }
}

/// Empty: stopped, and nothing is left.
std::vector<SpanPtr> Exporter::next_batch(const std::stop_token& stop) {
    std::unique_lock lock{mutex_};
    const auto is_due = [this] {
        const auto due = batcher_.due();
        return due && *due <= steady_now();
    };
    while (!stop.stop_requested() && !is_due()) {
        if (const auto due = batcher_.due()) {
            changed_.wait_until(lock, stop, steady_time(*due), is_due);
        } else {
            changed_.wait(lock, stop, [this] { return batcher_.size() > 0; });
        }
    }
    std::vector<SpanPtr> batch = batcher_.take();
    probe_.queued_now = batcher_.size();
    return batch;
}

void Exporter::deliver(std::span<const SpanPtr> batch, const std::stop_token& stop) {
    const std::string body = to_otlp_json(options_.resource, batch);
    const std::uint64_t salt = ++batches_;
    for (std::uint32_t attempt = 1;; ++attempt) {
        const bool is_last = attempt >= options_.retry.attempts_max || stop.stop_requested();
        const Posted posted = post(body);
        if (posted.verdict == Verdict::kTaken) {
            losing_ = false;
            const std::uint64_t refused = std::min<std::uint64_t>(posted.refused, batch.size());
            probe_.sent += batch.size() - refused;
            if (refused > 0) lose(refused, "the collector refused a part of a batch");
            return;
        }
        ++probe_.failures;
        if (posted.verdict == Verdict::kNever || is_last) {
            lose(batch.size(), posted.why);
            return;
        }
        wait(posted.after.value_or(dispatch::wait_after(options_.retry, attempt, salt)), stop);
    }
}

Exporter::Posted Exporter::post(const std::string& body) const {
    const Endpoint& endpoint = options_.endpoint;
    const http::Client client{
        endpoint.host, endpoint.port, {std::min(kConnectMax, options_.timeout), options_.timeout}};
    http::Request request;
    request.method = "POST";
    request.path = endpoint.path;
    request.content_type = "application/json";
    request.body = body;
    const auto answer = client.exchange(request);
    if (!answer) return {Verdict::kAgain, {}, 0, answer.error().message};
    const http::Response& response = answer.value();
    Posted posted{verdict_of(response.status), {}, 0, {}};
    posted.why = fmt::format("{} answered {}", endpoint.text(), response.status);
    if (posted.verdict == Verdict::kTaken) posted.refused = refused_spans(response.body);
    if (const auto at = response.headers.find("Retry-After"); at != response.headers.end()) {
        posted.after = retry_after(at->second);
    }
    return posted;
}

/// Or until stopped.
void Exporter::wait(Milliseconds time, const std::stop_token& stop) {
    std::unique_lock lock{mutex_};
    changed_.wait_for(lock, stop, time, [] { return false; });
}

void Exporter::lose(std::size_t spans, std::string_view why) {
    probe_.dropped += spans;
    if (!std::exchange(losing_, true)) options_.on_loss(why);
}

}  // namespace sluice::trace
