#include "daemon/operations/operations.hpp"
#include "daemon/render/wording.hpp"
#include "event/text.hpp"
#include "runtime/inspect/inspect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sluice::daemon {

namespace {

using runtime::DomainStatus;
using runtime::PartitionStatus;
using runtime::SubscriptionStatus;

/// One entry per topic, in the order of the partitions given.
Json topics_of(const std::vector<PartitionStatus>& partitions) {
    Json topics = Json::array();
    for (const PartitionStatus& one : partitions) {
        if (topics.empty() || topics.back()["topic"] != one.at.topic) {
            topics.push_back(
                {{"topic", one.at.topic},
                 {"records", 0},
                 {"unread", 0},
                 {"partitions", Json::array()}}
            );
        }
        Json& topic = topics.back();
        topic["records"] = topic["records"].get<std::int64_t>() + one.end.value - one.first.value;
        topic["unread"] = topic["unread"].get<std::int64_t>() + one.unread();
        topic["partitions"].push_back(
            {{"partition", one.at.partition.value},
             {"first", one.first.value},
             {"end", one.end.value},
             {"read", one.read.value}}
        );
    }
    return topics;
}

std::int64_t records_of(const std::vector<PartitionStatus>& partitions) {
    std::int64_t records = 0;
    for (const PartitionStatus& one : partitions) records += one.end.value - one.first.value;
    return records;
}

bool all_read(const std::vector<PartitionStatus>& partitions) {
    return std::all_of(partitions.begin(), partitions.end(), [](const PartitionStatus& one) {
        return one.unread() <= 0;
    });
}

bool is_idle(const DomainStatus& domain) {
    const auto& all = domain.subscriptions;
    return all_read(domain.channels) && all_read(domain.repartition) &&
           std::all_of(all.begin(), all.end(), [](const SubscriptionStatus& one) {
               return one.behind <= 0;
           });
}

/// Of all channels, in an answer of `status`.
std::int64_t unread_in(const Json& status) {
    std::int64_t unread = 0;
    for (const Json& domain : status["domains"]) {
        for (const Json& topic : domain["channels"]) unread += topic["unread"].get<std::int64_t>();
    }
    return unread;
}

runtime::Stuck stuck_of(const Operations::OpenBreaker& breaker) {
    runtime::Stuck item;
    item.domain = breaker.domain;
    item.cause = "breaker";
    item.subscription = breaker.subscription;
    item.since = breaker.since;
    item.behind = breaker.behind;
    item.detail = "its target fails for every subject: it is left alone for a while";
    item.next = "it is tried again by itself, and goes on when one event is handled";
    return item;
}

runtime::Stuck stuck_of(const Operations::Standing& standing) {
    runtime::Stuck item;
    item.domain = standing.domain;
    item.cause = "definition";
    item.subscription = standing.subscription;
    item.since = standing.since;
    item.detail = standing.reason;
    item.next =
        "it keeps its place, and goes on when its definition fits: change it, or what it names";
    return item;
}

Json stuck_json(const runtime::Stuck& one) {
    Json item{{"domain", one.domain}, {"cause", one.cause}, {"subject", one.subject}};
    if (!one.subscription.empty()) item["subscription"] = one.subscription;
    if (!one.type.empty()) item["type"] = one.type;
    item["since"] = to_rfc3339(one.since);
    item["behind"] = one.behind;
    item["reason"] = one.detail;
    item["next"] = one.next;
    if (one.head) item["head"] = one.head->value;
    if (one.offset) item["offset"] = one.offset->value;
    return item;
}

std::int64_t unread_of(const std::vector<PartitionStatus>& partitions) {
    std::int64_t unread = 0;
    for (const PartitionStatus& one : partitions) unread += one.unread();
    return unread;
}

}  // namespace

Json Operations::shown(const DomainStatus& domain, const std::vector<Standing>& standing) const {
    const auto verdict = [&](std::string_view subscription, const lag::Standing& consumer) {
        return lag::to_string(lag::verdict_of(worst_of_(domain.name, subscription), consumer));
    };
    const lag::Standing sequencer{
        unread_of(domain.channels) + unread_of(domain.repartition), 0, domain.waiting_events};
    Json subscriptions = Json::array();
    for (const SubscriptionStatus& one : domain.subscriptions) {
        subscriptions.push_back(
            {{"name", one.name},
             {"status", verdict(one.name, {one.behind, one.parked, 0})},
             {"behind", one.behind},
             {"parked", one.parked},
             {"retrying", one.retrying},
             {"backlog_events", one.backlog_events},
             {"backlog_bytes", one.backlog_bytes}}
        );
        const auto found = std::find_if(standing.begin(), standing.end(), [&](const auto& stands) {
            return stands.domain == domain.name && stands.subscription == one.name;
        });
        if (found != standing.end()) subscriptions.back()["stands"] = found->reason;
    }
    Json shared = Json::array();
    for (const runtime::SharedGap& one : domain.shared_gaps) {
        shared.push_back({{"wanted", one.wanted}, {"subjects", one.subjects}});
    }
    return Json{
        {"domain", domain.name},
        {"homes", domain.homes},
        {"idle", is_idle(domain)},
        {"sequencer", domain.sequenced ? Json(verdict("", sequencer)) : Json()},
        {"waiting_subjects", domain.waiting_subjects},
        {"waiting_events", domain.waiting_events},
        {"aside", domain.aside},
        {"shared_gaps", std::move(shared)},
        {"channels", topics_of(domain.channels)},
        {"repartition", topics_of(domain.repartition)},
        {"ordered", topics_of(domain.ordered)},
        {"subscriptions", std::move(subscriptions)}};
}

Result<Json> Operations::status() const {
    const auto all_domains = domains();
    if (!all_domains) return all_domains.error();
    auto found = runtime::status(log_, all_domains.value());
    if (!found) return found.error();
    const auto all_expected = expected();
    const std::vector<Standing> standing = standing_();
    Json domains = Json::array();
    bool idle = true;
    bool stuck = !standing.empty();
    for (DomainStatus& domain : found.value()) {
        auto& known = domain.subscriptions;
        for (const auto& expected : all_expected) {
            const std::string& name = expected.second;
            const bool is_known = std::any_of(known.begin(), known.end(), [&](const auto& one) {
                return one.name == name;
            });
            if (expected.first != domain.name || is_known) continue;
            SubscriptionStatus fresh;
            fresh.name = name;
            fresh.behind = records_of(domain.ordered);
            known.push_back(std::move(fresh));
        }
        idle = idle && is_idle(domain);
        stuck = stuck || domain.waiting_events > 0 || domain.aside > 0 ||
                std::any_of(known.begin(), known.end(), [](const auto& one) {
                    return one.parked > 0 || one.retrying > 0;
                });
        domains.push_back(shown(domain, standing));
    }
    return Json{{"idle", idle}, {"stuck", stuck}, {"domains", std::move(domains)}};
}

Result<Json> Operations::stuck(
    std::string_view cursor, std::size_t limit, const runtime::StuckFilter& filter
) const {
    const std::optional<std::string> from =
        cursor.empty() ? std::nullopt : std::optional<std::string>{cursor};
    const auto all_domains = domains();
    if (!all_domains) return all_domains.error();
    auto page = runtime::stuck(log_, all_domains.value(), from, limit, filter, aside_);
    if (!page) return page.error();
    Json items = Json::array();
    if (!from) {  // which the log does not know of
        for (const OpenBreaker& one : open_breakers_()) {
            runtime::Stuck item = stuck_of(one);
            if (runtime::fits(filter, item)) items.push_back(stuck_json(item));
        }
        for (const Standing& one : standing_()) {
            runtime::Stuck item = stuck_of(one);
            if (runtime::fits(filter, item)) items.push_back(stuck_json(item));
        }
    }
    for (const runtime::Stuck& one : page.value().items) items.push_back(stuck_json(one));
    Json next;
    if (page.value().next) next = *page.value().next;
    return Json{{"stuck", std::move(items)}, {"next", std::move(next)}};
}

Result<Json> Operations::why(std::string_view subject) const {
    const auto all_domains = domains();
    if (!all_domains) return all_domains.error();
    const auto found = runtime::why(log_, all_domains.value(), subject);
    if (!found) return found.error();
    if (found.value().empty()) {
        const auto all = status();
        if (!all) return all.error();
        const std::int64_t unread = unread_in(all.value());
        return Error{
            ErrorCode::kNotFound,
            fmt::format(
                "no domain has seen the subject {}{}",
                event::shown(subject),
                unread == 0 ? std::string{}
                            : fmt::format(
                                  "; {} not read yet: a running daemon (sluice serve) reads them",
                                  counted(unread, "published record")
                              )
            )};
    }
    std::string lines;
    Json domains = Json::array();
    for (const runtime::Why& one : found.value()) {
        lines += fmt::format("{}{}", lines.empty() ? "" : "\n", one.text);
        domains.push_back({{"domain", one.domain}, {"state", one.state}, {"why", one.text}});
    }
    return Json{{"subject", subject}, {"why", std::move(lines)}, {"domains", std::move(domains)}};
}

Result<Json> Operations::topics() const {
    const auto specs = log_.topics();
    if (!specs) return specs.error();
    Json topics = Json::array();
    for (const log::TopicSpec& spec : specs.value()) {
        std::int64_t records = 0;
        for (PartitionId p{0}; p.value < spec.partitions; p = p.next()) {
            const auto ends = log_.ends({spec.name, p});
            if (!ends) return ends.error();
            records += ends.value().committed.value - ends.value().first.value;
        }
        topics.push_back(
            {{"name", spec.name}, {"partitions", spec.partitions}, {"records", records}}
        );
    }
    return Json{{"topics", std::move(topics)}};
}

}  // namespace sluice::daemon
