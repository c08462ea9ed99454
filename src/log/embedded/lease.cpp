#include "log/embedded/lease.hpp"

#include "log/checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sluice::log {

Result<std::vector<Offset>> submit_write(const Parts& parts, WriteJob& job) {
    if (job.bytes() > parts.options.step_bytes_max) {
        return Error{
            ErrorCode::kTooLarge,
            fmt::format(
                "{} bytes in one publish or step, more than the {} that this log takes; split it",
                job.bytes(),
                parts.options.step_bytes_max
            )};
    }
    if (const Status written = parts.writer.submit(job); !written) return written.error();
    return job.take_offsets();
}

EmbeddedLease::EmbeddedLease(
    Parts parts, GroupId group, std::vector<HomeId> homes, std::shared_ptr<Tenure> tenure
)
    : parts_{parts},
      group_{group},
      homes_{std::move(homes)},
      tenure_{std::move(tenure)} {}

Result<std::vector<Offset>> EmbeddedLease::commit(Step step) {
    if (const Status healthy = parts_.health.check(); !healthy) return healthy.error();
    if (const Status valid = validate(step, homes_, parts_.options.record_bytes_max); !valid) {
        return valid.error();
    }
    if (const Status held = tenure_->check(); !held) return held.error();
    if (step.empty()) return std::vector<Offset>{};
    WriteJob job{tenure_.get()};
    if (const Status encoded = job.encode_step(parts_.catalog, group_, std::move(step)); !encoded) {
        return encoded.error();
    }
    return submit_write(parts_, job);
}

Status EmbeddedLease::check(HomeId home) const {
    if (Status healthy = parts_.health.check(); !healthy) return healthy;
    if (std::find(homes_.begin(), homes_.end(), home) == homes_.end()) {
        return Error{
            ErrorCode::kInvalidArgument,
            fmt::format("home {} is not one of this lease's", home.value)};
    }
    return tenure_->check();
}

Result<std::optional<Offset>> EmbeddedLease::consumed(HomeId home, const PartitionRef& from) const {
    if (const Status held = check(home); !held) return held.error();
    const Result<Located> located = parts_.catalog.locate(from);
    if (!located) return located.error();
    return parts_.reader.consumed(group_, located.value().place());
}

Result<std::optional<std::string>> EmbeddedLease::get(
    HomeId home, Table table, std::string_view key
) const {
    auto found = parts_.reader.get(group_, home, table, key);
    if (const Status held = check(home); !held) return held.error();  // after: none is an heir's
    return found;
}

Result<Entries> EmbeddedLease::scan(
    HomeId home, Table table, std::string_view from, std::size_t limit
) const {
    auto found = parts_.reader.scan(group_, home, table, from, limit);
    if (const Status held = check(home); !held) return held.error();  // as in `get`
    return found;
}

}  // namespace sluice::log
