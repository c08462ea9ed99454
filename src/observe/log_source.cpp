#include "observe/source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace sluice::observe {

namespace {

using log::Ends;
using log::Log;
using log::PartitionRef;

Status read_partition(
    const Log& log,
    const PartitionRef& of,
    const Ends& ends,
    Instant since,
    const Source::Take& take
) {
    for (Offset from = ends.first; from < ends.committed;) {
        const auto read = log.read(of, from, {});
        if (!read) return read.error();
        if (read.value().next() == from) return ok();
        for (const log::StoredRecord& stored : read.value()) {
            if (stored.offset >= ends.committed) return ok();
            if (stored.record.time < since) continue;
            if (const Status taken = take(of, stored); !taken) return taken;
        }
        from = read.value().next();
    }
    return ok();
}

Result<std::optional<Milliseconds>> lag_at(
    const Log& log, std::string_view group, const PartitionRef& of, Instant now
) {
    const auto consumed = log.consumed_by(group, of);
    if (!consumed) return consumed.error();
    if (!*consumed) return std::optional<Milliseconds>{};
    const auto ends = log.ends(of);
    if (!ends) return ends.error();
    if (**consumed >= ends->committed) return std::optional{Milliseconds{0}};
    const auto next = log.read(of, std::max(**consumed, ends->first), {1, 1});
    if (!next) return next.error();
    if (next.value().empty()) return std::optional{Milliseconds{0}};
    return std::optional{std::max(now - next.value().front().record.time, Milliseconds{0})};
}

}  // namespace

Result<std::map<std::string, Source::Extent>> LogSource::read(
    const std::vector<std::string>& topics, Instant since, const Take& take
) {
    std::map<std::string, Extent> extents;
    for (const std::string& name : topics) {
        const auto spec = log_.topic(name);
        if (!spec) return spec.error();
        if (!*spec) continue;
        Extent& extent = extents[name];
        extent.partitions = (*spec)->partitions;
        for (std::uint32_t partition = 0; partition < extent.partitions; ++partition) {
            const PartitionRef of{name, PartitionId{partition}};
            const auto ends = log_.ends(of);
            if (!ends) return ends.error();
            if (ends->first > Offset{0}) ++extent.cut;
            if (const Status done = read_partition(log_, of, *ends, since, take); !done)
                return done.error();
        }
    }
    return extents;
}

Result<std::map<std::string, Milliseconds>> LogSource::lag_of(
    const std::string& group, const std::vector<std::string>& topics, Instant now
) {
    std::map<std::string, Milliseconds> lags;
    for (const std::string& name : topics) {
        const auto spec = log_.topic(name);
        if (!spec) return spec.error();
        if (!*spec) continue;
        for (std::uint32_t partition = 0; partition < (*spec)->partitions; ++partition) {
            const auto lag = lag_at(log_, group, {name, PartitionId{partition}}, now);
            if (!lag) return lag.error();
            if (*lag) lags[name] = std::max(lags[name], **lag);
        }
    }
    if (!lags.empty()) return lags;
    return Error{
        ErrorCode::kNotFound,
        fmt::format("the group '{}' has no offset in any of these topics", group)};
}

}  // namespace sluice::observe
