#include "daemon/operations/operations.hpp"
#include "daemon/operations/record_line.hpp"
#include "daemon/operations/timeline_json.hpp"
#include "event/text.hpp"
#include "runtime/domain/dispatch_tables.hpp"
#include "runtime/domain/peek.hpp"
#include "runtime/domain/record_codec.hpp"
#include "runtime/domain/topics.hpp"
#include "runtime/inspect/inspect.hpp"
#include "runtime/inspect/inspect_subject.hpp"
#include "runtime/inspect/inspect_timeline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

// The events of a subject that do not move, wherever they are; and all that has happened to it.

namespace sluice::daemon {

namespace {

/// The line of a record, with its place.
std::string placed_line(
    Record record,
    Offset offset,
    HomeId home,
    const event::EventLimits& limits,
    std::string_view place,
    const std::string& subscription = {}
) {
    const log::StoredRecord stored{offset, std::move(record)};
    std::string line = record_line(stored, PartitionId{home.value}, limits);
    line.pop_back();
    line += fmt::format(R"(,"place":"{}")", place);
    if (!subscription.empty()) {
        line += fmt::format(R"(,"subscription":{})", to_text(Json(subscription)));
    }
    return line + "}";
}

/// What a look gathers.
struct Shown {
    const log::Log& log;
    const ShowQuery& query;
    const event::EventLimits& limits;
    std::vector<std::string> lines{};

    Status add_waiting(const runtime::DomainFacts& facts) {
        const auto subject = runtime::peek_subject(log, facts, query.subject);
        if (!subject) return subject.error();
        if (!subject.value()) return ok();
        const HomeId home = facts.home_of(query.subject);
        std::size_t left = query.limit;
        const auto add = [&](const sequence::Arrival& arrival, std::string_view place) {
            if (left == 0) return;
            --left;
            Record record = arrival.record;
            record.key = query.subject;
            lines.push_back(
                placed_line(std::move(record), arrival.origin.offset, home, limits, place)
            );
        };
        for (const auto& one : subject.value()->waiting) add(one.arrival, "waiting");
        for (const auto& one : subject.value()->conflicts) add(one.arrival, "conflict");
        return ok();
    }

    Status add_backlogs(const runtime::DomainFacts& facts) {
        using namespace runtime;  // NOLINT(google-build-using-namespace): tables and keys
        const HomeId home = facts.home_of(query.subject);
        const ScanTable scan = tables_of(log, runner_group(facts.name), home);
        return scan_prefix(scan, table::kProgress, "", [&](auto key, auto) {
            const std::string subscription = subscription_of(key);
            const bool asked = query.subscription.empty() || query.subscription == subscription;
            return asked ? add_backlog(scan, home, subscription) : ok();
        });
    }

    Status add_backlog(
        const runtime::ScanTable& scan, HomeId home, const std::string& subscription
    ) {
        const std::string prefix = runtime::line_key(subscription, query.subject);
        const auto found = scan(runtime::table::kBacklog, prefix, query.limit);
        if (!found) return found.error();
        for (const auto& [key, value] : found.value()) {
            if (!key.starts_with(prefix)) break;
            auto record = runtime::decode_record(value);
            if (!record) return record.error();
            const Offset position{static_cast<std::int64_t>(runtime::position_of(key).value)};
            lines.push_back(placed_line(
                std::move(record.value()), position, home, limits, "backlog", subscription
            ));
        }
        return ok();
    }
};

}  // namespace

Result<RecordPage> Operations::show(const ShowQuery& query) const {
    const auto all_domains = domains();
    if (!all_domains) return all_domains.error();
    Shown shown{log_, query, limits_};
    for (const runtime::DomainFacts& facts : all_domains.value()) {
        if (!query.domain.empty() && query.domain != facts.name) continue;
        if (query.subscription.empty() && !facts.given) {
            if (const Status added = shown.add_waiting(facts); !added) return added.error();
            const HomeId home = facts.home_of(query.subject);
            const auto visit = [&](runtime::AsideEvent event) {
                if (event.record.header("ce_subject").value_or("") != query.subject) return true;
                shown.lines.push_back(
                    placed_line(std::move(event.record), event.offset, home, limits_, "aside")
                );
                return shown.lines.size() < query.limit;
            };
            const auto end = aside_.visit(log_, facts, home, Offset{0}, visit);
            if (!end) return end.error();
        }
        if (const Status added = shown.add_backlogs(facts); !added) return added.error();
    }
    if (!shown.lines.empty()) return RecordPage{std::move(shown.lines), Offset{0}, true};
    return Error{
        ErrorCode::kNotFound,
        fmt::format("nothing of {} stands still here", event::shown(query.subject))};
}

Result<Json> Operations::trace(std::string_view subject, std::size_t limit) const {
    const auto found = runtime::timeline(log_, subject, limit);
    if (!found) return found.error();
    return timeline_json(subject, found.value());
}

}  // namespace sluice::daemon
