#include "daemon/operations/operations.hpp"

#include "contract/nearest.hpp"
#include "daemon/config/void_events.hpp"
#include "daemon/operations/record_line.hpp"
#include "event/text.hpp"
#include "event/view.hpp"
#include "runtime/domain/topics.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>

namespace sluice::daemon {

namespace {

constexpr std::size_t kNamesShown = 40;
constexpr std::size_t kScannedPerPage = 20'000;
constexpr std::chrono::milliseconds kChangeWait{400};

/// "; did you mean 'a'?; there are: a, b"
std::string suggestion(std::string_view written, const std::vector<std::string_view>& names) {
    const std::size_t shown = std::min(names.size(), kNamesShown);
    const auto end = names.begin() + static_cast<std::ptrdiff_t>(shown);
    return fmt::format(
        "{}; there are: {}{}",
        contract::did_you_mean(written, names),
        fmt::join(names.begin(), end, ", "),
        shown < names.size() ? ", …" : ""
    );
}

bool is_of(const Record& record, const std::string& subject) {
    const auto view = event::EventView::of(record);
    if (view) return view->subject() == subject;
    return record.key.has_value() && *record.key == subject;
}

}  // namespace

Operations::Operations(
    log::Log& log, const Clock& clock, event::EventLimits limits, const trace::Tracer* tracer
)
    : log_{log},
      limits_{limits},
      publisher_{log, clock, tracer},
      planner_{
          log,
          aside_,
          [this] { return plans(); },
          [this](std::string_view domain) { return configured(domain); }},
      commands_{log, clock, planner_} {}

void Operations::add(runtime::DomainPlan plan) {
    auto kept = std::make_unique<runtime::DomainPlan>(std::move(plan));
    kept->limits = limits_;
    publisher_.add(*kept);
    for (const runtime::ChannelPlan& channel : kept->channels) {
        if (!kept->takes_events()) break;
        for (const std::string& type : channel.types) domains_of_type_[type].insert(kept.get());
    }
    plans_.push_back(std::move(kept));
}

void Operations::expect(std::string domain, std::string subscription) {
    const std::lock_guard lock{expected_mutex_};
    expected_.emplace(std::move(domain), std::move(subscription));
}

void Operations::forget(const std::string& domain, const std::string& subscription) {
    state_cuts_.remove(domain, subscription);
    const std::lock_guard lock{expected_mutex_};
    expected_.erase({domain, subscription});
}

std::set<std::pair<std::string, std::string>> Operations::expected() const {
    const std::lock_guard lock{expected_mutex_};
    return expected_;
}

std::vector<const runtime::DomainPlan*> Operations::plans() const {
    std::vector<const runtime::DomainPlan*> all;
    for (const auto& plan : plans_) all.push_back(plan.get());
    return all;
}

Result<std::vector<runtime::DomainFacts>> Operations::domains() const {
    return runtime::domains_of(log_, plans());
}

std::vector<std::string> Operations::configured(std::string_view domain) const {
    std::vector<std::string> names;
    for (const auto& [of, name] : expected()) {
        if (of == domain) names.push_back(name);
    }
    return names;
}

std::string Operations::ordered_topic(std::string_view domain) const {
    const runtime::DomainPlan* plan = find(domain);
    return plan == nullptr ? runtime::ordered_topic(domain) : plan->ordered_topic();
}

Result<log::TopicSpec> Operations::topic(const std::string& name) const {
    auto found = log_.topic(name);
    if (found && found.value()) return *found.value();
    if (!found && found.error().code != ErrorCode::kInvalidArgument) return found.error();
    const auto topics = log_.topics();
    if (!topics) return topics.error();
    std::vector<std::string_view> names;
    for (const log::TopicSpec& one : topics.value()) names.push_back(one.name);
    return Error{
        ErrorCode::kNotFound,
        fmt::format("no topic {}{}", event::shown(name), suggestion(name, names))};
}

Result<TopicEnds> Operations::ends(const std::string& name, std::optional<std::uint64_t> seen)
    const {
    const auto spec = topic(name);
    if (!spec) return spec.error();
    const auto deadline = std::chrono::steady_clock::now() + kChangeWait;
    while (true) {
        const std::uint64_t log_version = log_.version();
        TopicEnds answer;
        for (PartitionId p{0}; p.value < spec.value().partitions; p = p.next()) {
            auto ends = log_.ends({name, p});
            if (!ends) return ends.error();
            answer.version += static_cast<std::uint64_t>(ends.value().committed.value);
            answer.partitions.push_back(ends.value());
        }
        const auto left = deadline - std::chrono::steady_clock::now();
        if (!seen || answer.version != *seen || left <= left.zero()) return answer;
        log_.wait_for_change(log_version, std::chrono::ceil<std::chrono::milliseconds>(left));
    }
}

Result<RecordPage> Operations::records(const RecordQuery& query) const {
    const auto spec = topic(query.topic);
    if (!spec) return spec.error();
    const log::PartitionRef from{query.topic, query.partition};
    const auto ends = log_.ends(from);
    if (!ends) return ends.error();
    RecordPage page{{}, std::max(query.from, ends.value().first), false};
    std::size_t bytes = 0;
    std::size_t scanned = 0;
    while (page.lines.size() < query.limit && bytes < kPageBytesMax && scanned < kScannedPerPage) {
        if (page.next >= ends.value().committed) break;
        log::ReadLimits limits{1'000, std::size_t{1} << 20};
        if (!query.subject) limits.records_max = std::min(1'000UL, query.limit - page.lines.size());
        const auto batch = log_.read(from, page.next, limits);
        if (!batch) return batch.error();
        if (batch.value().next() == page.next) break;
        if (batch.value().empty()) page.next = batch.value().next();
        for (const log::StoredRecord& stored : batch.value()) {
            if (page.lines.size() == query.limit) break;
            page.next = stored.offset.next();
            ++scanned;
            bytes += stored.record.size_bytes();
            if (query.subject && !is_of(stored.record, *query.subject)) continue;
            page.lines.push_back(record_line(stored, query.partition, limits_));
        }
    }
    page.at_end = page.next >= ends.value().committed;
    return page;
}

const runtime::DomainPlan* Operations::find(std::string_view domain) const {
    const auto found = std::find_if(plans_.begin(), plans_.end(), [&](const auto& plan) {
        return plan->name == domain;
    });
    return found == plans_.end() ? nullptr : found->get();
}

Status Operations::takes(const runtime::DomainPlan* only, const Event& event) const {
    if (event.type.empty()) return Error{ErrorCode::kInvalidEvent, "`type` is missing"};
    if (only != nullptr && event.type == kVoidType) return ok();
    const auto takes_it = [only](const std::set<const runtime::DomainPlan*>& domains) {
        return only == nullptr || domains.contains(only);
    };
    const auto found = domains_of_type_.find(event.type);
    if (found != domains_of_type_.end() && takes_it(found->second)) return ok();
    std::vector<std::string_view> names;
    for (const auto& [type, domains] : domains_of_type_) {
        if (takes_it(domains)) names.push_back(type);
    }
    return Error{
        ErrorCode::kInvalidEvent,
        fmt::format(
            "no channel carries the type {}{}",
            event::shown(event.type),
            suggestion(event.type, names)
        )};
}

Result<Json> Operations::preview(const CommandRequest& request) const {
    if (const Status fits = check_command(request); !fits) return fits.error();
    return commands_.preview(request);
}

Result<Json> Operations::command(const CommandRequest& request) {
    if (const Status fits = check_command(request); !fits) return fits.error();
    return commands_.carry_out(request);
}

Result<std::vector<Result<Published>>> Operations::publish(std::span<const Event> events) {
    return publish_to({}, events);
}

Result<std::vector<Result<Published>>> Operations::publish_to(
    std::string_view domain,
    std::span<const Event> events,
    const std::optional<trace::SpanContext>& caller
) {
    const runtime::DomainPlan* only = find(domain);
    if (!domain.empty() && only == nullptr) {
        std::vector<std::string_view> names;
        for (const auto& plan : plans_) names.push_back(plan->name);
        return Error{
            ErrorCode::kNotFound,
            fmt::format("no domain {}{}", event::shown(domain), suggestion(domain, names))};
    }
    std::vector<Result<Published>> answers;
    std::vector<Event> taken;
    std::vector<Event> voids;
    std::vector<std::size_t> indexes;
    std::vector<std::size_t> void_indexes;
    for (std::size_t at = 0; at < events.size(); ++at) {
        answers.emplace_back(Published{});
        if (const Status fits = takes(only, events[at]); !fits) {
            answers.back() = fits.error();
            continue;
        }
        const bool is_void = events[at].type == kVoidType && !domains_of_type_.contains(kVoidType);
        (is_void ? voids : taken).push_back(events[at]);
        (is_void ? void_indexes : indexes).push_back(at);
    }
    const auto note = [&answers](
                          const std::vector<Result<runtime::Placed>>& placed,
                          const std::vector<std::size_t>& places
                      ) {
        for (std::size_t at = 0; at < placed.size(); ++at) {
            Result<Published>& answer = answers[places[at]];
            if (!placed[at]) {
                answer = placed[at].error();
                continue;
            }
            const runtime::Placed& place = placed[at].value();
            answer = Published{place.at.topic, place.at.partition, place.offset};
        }
    };
    note(publisher_.publish(taken, caller), indexes);
    if (!voids.empty()) note(publish_voids(log_, *only, voids), void_indexes);
    for (const Result<Published>& answer : answers) {
        ++(answer ? counts_.published : counts_.refused);
    }
    return answers;
}

}  // namespace sluice::daemon
