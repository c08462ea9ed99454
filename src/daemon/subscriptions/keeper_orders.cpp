// What is asked of the keeper: looked at, made, changed, deleted.

#include "contract/nearest.hpp"
#include "daemon/subscriptions/keeper.hpp"
#include "deliver/push/registration.hpp"
#include "event/text.hpp"
#include "runtime/domain/dispatch_tables.hpp"
#include "runtime/domain/topics.hpp"
#include "runtime/inspect/inspect.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace sluice::daemon {

namespace {

Error no_good(std::string text) {
    return {ErrorCode::kInvalidArgument, std::move(text)};
}

Error stands_in_file(std::string_view name) {
    return {ErrorCode::kConflict, fmt::format("'{}' is in sluice.yaml: change it there", name)};
}

/// What the log keeps under the name; nothing: it knows it not.
Result<std::optional<runtime::SubscriptionStatus>> kept_of(
    const log::Log& log, std::string_view domain, std::string_view name
) {
    auto all = runtime::status(log);
    if (!all) return all.error();
    for (runtime::DomainStatus& one : all.value()) {
        if (one.name != domain) continue;
        for (runtime::SubscriptionStatus& subscription : one.subscriptions) {
            if (subscription.name == name) return std::optional{std::move(subscription)};
        }
    }
    return std::optional<runtime::SubscriptionStatus>{};
}

/// Whether what the log keeps under its name is of one that the API had made.
Result<bool> lives(
    const log::Log& log, const runtime::Engine& engine, const SubscriptionConfig& one
) {
    const std::string key = runtime::subscription_key(one.name);
    for (const auto& domain : engine.domains()) {
        if (domain->plan.name != one.domain) continue;
        for (HomeId home{0}; home.value < domain->plan.homes; home = home.next()) {
            const auto found =
                log.peek(runtime::runner_group(one.domain), home, runtime::table::kLives, key, 1);
            if (!found) return found.error();
            if (!found->empty() && found->front().first == key) return true;
        }
    }
    return false;
}

/// Whether events may go where it wants them.
Status check_sink(const log::Log& log, const SubscriptionConfig& one) {
    if (one.push) {
        const auto& courier = one.push->courier;
        const Status fits = deliver::push::check_target(courier.target, courier.guard);
        return fits ? ok() : Status{no_good("sink: " + fits.error().message)};
    }
    if (one.topic.empty()) return ok();
    const auto topic = log.topic(one.topic);
    if (!topic) return no_good(topic.error().message);
    if (!topic.value() && !one.topic_partitions) {
        return no_good(fmt::format(
            "there is no topic '{}': make it, or say with how many partitions it is to be made",
            one.topic
        ));
    }
    const bool fits = !topic.value() || !one.topic_partitions ||
                      topic.value()->partitions == *one.topic_partitions;
    if (fits) return ok();
    return no_good(fmt::format(
        "the topic '{}' has {} partitions, not {}",
        one.topic,
        topic.value()->partitions,
        *one.topic_partitions
    ));
}

}  // namespace

Json SubscriptionKeeper::shown(const SubscriptionConfig& one) {
    Json json = cloud_events_of(Json::parse(one.written));
    json["origin"] = "file";
    json["state"] = "runs";
    return json;
}

Json SubscriptionKeeper::shown(const Entry& entry) const {
    Json json = cloud_events_of(entry.definition);
    json["origin"] = "api";
    const auto found = carried_.find(entry.name);
    const bool stands = found != carried_.end() && !found->second.problem.empty();
    json["state"] = stands ? "stands" : "runs";
    if (stands) json["problem"] = found->second.problem;
    json["revision"] = entry.revision;
    json["created"] = to_rfc3339(entry.created);
    json["changed"] = to_rfc3339(entry.changed);
    json["by"] = entry.by;
    json["reason"] = entry.reason;
    return json;
}

Result<Json> SubscriptionKeeper::list() {
    const std::lock_guard lock{mutex_};
    if (const Status read = sync(); !read) return read.error();
    std::multimap<std::string, Json> all;
    for (const SubscriptionConfig& one : context_.setup.config.subscriptions) {
        all.emplace(one.name, shown(one));
    }
    for (const auto& [name, entry] : book_.catalog().entries()) all.emplace(name, shown(entry));
    Json list = Json::array();
    for (auto& [name, json] : all) list.push_back(std::move(json));
    return Json{{"subscriptions", std::move(list)}};
}

Result<Json> SubscriptionKeeper::show(const std::string& name) {
    const std::lock_guard lock{mutex_};
    if (const Status read = sync(); !read) return read.error();
    if (const SubscriptionConfig* one = in_file(context_.setup, name)) return shown(*one);
    const auto entry = changeable(name);
    if (!entry) return entry.error();
    return shown(**entry);
}

Result<const SubscriptionKeeper::Entry*> SubscriptionKeeper::changeable(const std::string& name
) const {
    if (const Entry* entry = book_.catalog().find(name)) return entry;
    if (in_file(context_.setup, name) != nullptr) return stands_in_file(name);
    std::vector<std::string_view> names;
    for (const auto& [known, entry] : book_.catalog().entries()) names.push_back(known);
    for (const SubscriptionConfig& one : context_.setup.config.subscriptions) {
        names.push_back(one.name);
    }
    std::sort(names.begin(), names.end());
    return Error{
        ErrorCode::kNotFound,
        fmt::format(
            "no subscription {}{}; there are: {}",
            event::shown(name),
            contract::did_you_mean(name, names),
            names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "))
        )};
}

Status SubscriptionKeeper::may_begin(const SubscriptionConfig& one) const {
    if (in_file(context_.setup, one.name) != nullptr) return stands_in_file(one.name);
    if (book_.catalog().find(one.name) != nullptr) {
        return Error{
            ErrorCode::kAlreadyExists,
            fmt::format("there is a subscription '{}' already: PUT changes it", one.name)};
    }
    const auto has_life = lives(context_.log, context_.engine, one);
    if (!has_life) return has_life.error();
    if (has_life.value()) return ok();  // what is left of a deleted one, which goes
    const auto kept = kept_of(context_.log, one.domain, one.name);
    if (!kept) return kept.error();
    if (!kept.value()) return ok();
    return Error{
        ErrorCode::kConflict,
        fmt::format(
            "domain {} keeps the progress of a subscription '{}' that stood in sluice.yaml: put it "
            "back there, or choose another name",
            one.domain,
            one.name
        )};
}

Result<std::vector<Offset>> SubscriptionKeeper::begin_now(const SubscriptionConfig& one) const {
    std::vector<Offset> begin;
    if (one.start == Start::kBeginning) return begin;
    for (const auto& domain : context_.engine.domains()) {
        if (domain->plan.name != one.domain) continue;
        for (PartitionId p{0}; p.value < domain->plan.homes; p = p.next()) {
            const auto ends = context_.log.ends({domain->plan.ordered_topic(), p});
            if (!ends) return ends.error();
            begin.push_back(ends.value().committed);
        }
    }
    return begin;
}

Change SubscriptionKeeper::change_of(
    ChangeAct act, const SubscriptionConfig& one, const ChangeOrder& order
) const {
    Change change;
    change.act = act;
    change.name = one.name;
    change.domain = one.domain;
    change.definition = Json::parse(one.written);
    change.by = order.by;
    change.reason = order.reason;
    change.at = context_.clock.now();
    return change;
}

/// And it is so in the homes of this daemon, unless what is in flight takes its time.
Status SubscriptionKeeper::write(const Change& change) {
    constexpr Milliseconds kPatienceWithFlights{2'000};
    if (Status written = book_.write(change); !written) return written;
    carry_out();
    static_cast<void>(context_.engine.wait_until_carried(change.domain, kPatienceWithFlights));
    return ok();
}

Result<Json> SubscriptionKeeper::create(std::string_view body, const ChangeOrder& order) {
    const std::lock_guard lock{mutex_};
    if (const Status read = sync(); !read) return read.error();
    const auto one = read(body);
    if (!one) return one.error();
    if (const Status may = may_begin(one.value()); !may) return may.error();
    if (const Status fits = check_sink(context_.log, one.value()); !fits) return fits.error();
    Change change = change_of(ChangeAct::kCreate, one.value(), order);
    if (order.check) return cloud_events_of(change.definition);
    auto begin = begin_now(one.value());
    if (!begin) return begin.error();
    change.begin = std::move(begin).value();
    if (const Status written = write(change); !written) return written.error();
    const Entry* entry = book_.catalog().find(change.name);
    if (entry == nullptr) return Error{ErrorCode::kConflict, "it was deleted meanwhile"};
    return shown(*entry);
}

Result<Json> SubscriptionKeeper::replace(
    const std::string& name, std::string_view body, const ChangeOrder& order
) {
    const std::lock_guard lock{mutex_};
    if (const Status read = sync(); !read) return read.error();
    const auto before = changeable(name);
    if (!before) return before.error();
    const auto one = read(body);
    if (!one) return one.error();
    if (const Status may = may_replace(**before, one.value()); !may) return may.error();
    if (const Status fits = check_sink(context_.log, one.value()); !fits) return fits.error();
    Change change = change_of(ChangeAct::kReplace, one.value(), order);
    if (order.check) return cloud_events_of(change.definition);
    change.revision = (*before)->revision;
    change.before = (*before)->definition;
    if (const Status written = write(change); !written) return written.error();
    const Entry* entry = book_.catalog().find(change.name);
    if (entry == nullptr) return Error{ErrorCode::kConflict, "it was deleted meanwhile"};
    return shown(*entry);
}

Result<Json> SubscriptionKeeper::remove(const std::string& name, const ChangeOrder& order) {
    const std::lock_guard lock{mutex_};
    if (const Status read = sync(); !read) return read.error();
    const auto found = changeable(name);
    if (!found) return found.error();
    const Entry& entry = **found;
    const auto kept = kept_of(context_.log, entry.domain, name);
    if (!kept) return kept.error();
    const runtime::SubscriptionStatus status = kept.value().value_or(runtime::SubscriptionStatus{});
    Json answer{
        {"id", name},
        {"domain", entry.domain},
        {"parked", status.parked},
        {"retrying", status.retrying},
        {"backlog_events", status.backlog_events},
        {"behind", status.behind}};
    if (order.check) return answer;
    if (order.force && order.reason.empty()) {
        return no_good("reason: say why what is parked may go; it is kept");
    }
    if (status.parked > 0 && !order.force) {
        return Error{
            ErrorCode::kConflict,
            fmt::format(
                "'{}' has {} parked subjects, and {} events in backlogs would go with it: redrive "
                "or skip them, or force it, with a reason",
                name,
                status.parked,
                status.backlog_events
            )};
    }
    Change change;
    change.act = ChangeAct::kDelete;
    change.name = name;
    change.domain = entry.domain;
    change.revision = entry.revision;
    change.before = entry.definition;
    change.by = order.by;
    change.reason = order.reason;
    change.at = context_.clock.now();
    if (const Status written = write(change); !written) return written.error();
    answer["deleted"] = true;
    return answer;
}

}  // namespace sluice::daemon
