#include "runtime/rebuild/rebuild_start.hpp"

#include "event/number.hpp"
#include "runtime/domain/history_topic.hpp"
#include "runtime/domain/peek.hpp"
#include "runtime/domain/topics.hpp"
#include "sequence/ordered.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sluice::runtime {

Result<RebuildStart> RebuildStart::parse(std::string_view text) {
    RebuildStart start;
    if (text == "beginning") return start;
    constexpr auto kOffsetMax = std::uint64_t{1} << 62;
    const auto number = text == "0" ? std::optional{std::uint64_t{0}} : event::parse_number(text);
    if (number && *number <= kOffsetMax) {
        start.offset = Offset{static_cast<std::int64_t>(*number)};
        return start;
    }
    if (const auto moment = parse_rfc3339(text)) {
        start.released_since = moment.value();
        return start;
    }
    return Error{
        ErrorCode::kInvalidArgument,
        fmt::format(
            "\"{}\": a rebuild begins with \"beginning\", a time such as 2026-11-01T00:00:00Z, or "
            "an offset of each home partition",
            text
        )};
}

BeginAt begin_at(const log::Log& log, std::string domain, RebuildStart start) {
    return [&log,
            domain = std::move(domain),
            start](HomeId home, const log::Ends& ends) -> Result<Offset> {
        const log::PartitionRef of{ordered_topic(domain), PartitionId{home.value}};
        const auto oldest = oldest_of(log, of, ends);
        if (!oldest) return oldest.error();
        if (start.offset) return std::clamp(*start.offset, oldest.value(), ends.committed);
        if (!start.released_since) return oldest.value();
        auto since = first_released_since(log, of, ends, *start.released_since);
        // What was brought back does not say when it was released: then all of it.
        return since && since.value() == ends.first ? oldest.value() : since;
    };
}

Status check_complete(
    const log::Log& log, const std::string& domain, std::uint32_t homes, const RebuildStart& start
) {
    for (PartitionId home{0}; home.value < homes; home = home.next()) {
        const log::PartitionRef of{ordered_topic(domain), home};
        const auto ends = log.ends(of);
        if (!ends) return ends.error();
        const Offset first = ends.value().first;
        const auto available = oldest_of(log, of, ends.value());
        if (!available) return available.error();
        if (available.value() <= start.offset.value_or(Offset{0})) continue;
        const auto oldest = record_from(log, of, first);
        if (!oldest) return oldest.error();
        std::string since = "nothing is left";
        if (oldest.value()) {
            const auto facts = sequence::facts_of(oldest.value()->record);
            if (!facts) return facts.error().at(of.topic);
            const Instant released = facts.value().released_at;
            if (start.released_since && released < *start.released_since) continue;
            since = "the oldest that is left was released at " + to_rfc3339(released);
        }
        return Error{
            ErrorCode::kConflict,
            fmt::format(
                "{}/{}: retention has taken what lay below offset {}; {}. Begin later (--from), or "
                "bring back what was before: sluice import history FILE",
                of.topic,
                home.value,
                first.value,
                since
            )};
    }
    return ok();
}

}  // namespace sluice::runtime
