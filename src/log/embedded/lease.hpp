#pragma once

#include "log/embedded/catalog.hpp"
#include "log/embedded/jobs.hpp"
#include "log/embedded/reader.hpp"
#include "log/embedded/writer.hpp"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace sluice::log {

/// What the parts of the log lend one another.
struct Parts {
    const EmbeddedOptions& options;
    Catalog& catalog;
    Writer& writer;
    const Reader& reader;
    Health& health;
};

/// kTooLarge when the job is beyond `step_bytes_max`; otherwise written, or why not.
[[nodiscard]] Result<std::vector<Offset>> submit_write(const Parts& parts, WriteJob& job);

/// Threads, lifetime, failure: as Lease. Reads of a fenced lease answer kFenced too.
class EmbeddedLease final : public Lease {
public:
    EmbeddedLease(
        Parts parts, GroupId group, std::vector<HomeId> homes, std::shared_ptr<Tenure> tenure
    );

    [[nodiscard]] std::span<const HomeId> homes() const override { return homes_; }

    Result<std::vector<Offset>> commit(Step step) override;

    [[nodiscard]] Result<std::optional<Offset>> consumed(HomeId home, const PartitionRef& from)
        const override;

    [[nodiscard]] Result<std::optional<std::string>> get(
        HomeId home, Table table, std::string_view key
    ) const override;

    [[nodiscard]] Result<Entries> scan(
        HomeId home, Table table, std::string_view from, std::size_t limit
    ) const override;

private:
    /// kIo, kFenced, or kInvalidArgument when the home is not this lease's.
    [[nodiscard]] Status check(HomeId home) const;

    Parts parts_;
    GroupId group_;
    std::vector<HomeId> homes_;
    std::shared_ptr<Tenure> tenure_;  // shared with Tenures, which ends it
};

}  // namespace sluice::log
