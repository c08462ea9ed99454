#pragma once

#include <sluice/result.hpp>

#include "log/log.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::runtime {

/// Writes the state of a group that nobody runs as yet, many entries at a time. Joins it, as
/// whoever runs it will.
/// Threads:  one.
/// Lifetime: the log outlives it.
/// Failure:  those of the log.
/// Limits:   `kBytesMax` are held, about.
class GrownState {
public:
    static constexpr std::size_t kBytesMax = std::size_t{4} << 20;

    [[nodiscard]] static Result<GrownState> open(
        log::Log& log, const log::GroupSpec& group, std::uint32_t homes
    );

    [[nodiscard]] Status put(HomeId home, log::Table table, std::string key, std::string value);
    [[nodiscard]] Status consumed(HomeId home, log::PartitionRef from, Offset next);

    /// … and its tables that are a fold are one of that.
    [[nodiscard]] Status folded(HomeId home, log::PartitionRef from, Offset next);

    /// Durable when it returns.
    [[nodiscard]] Status flush();

    /// Behind all: and other machines have it too, with what is a fold.
    [[nodiscard]] Status finish();

private:
    GrownState(log::Log& log, std::string group) : log_{&log}, group_{std::move(group)} {}

    [[nodiscard]] Result<bool> is_stored() const;

    log::Log* log_;  ///< not null
    std::string group_;
    std::unique_ptr<log::Membership> membership_;  ///< outlives the lease
    std::unique_ptr<log::Lease> lease_;
    std::vector<std::pair<log::PartitionRef, Offset>> folded_;
    log::Step step_;
    std::size_t bytes_{0};
};

/// Calls `visit` for each entry of a group's table in a home, until it fails.
[[nodiscard]] Status visit_table(
    const log::Log& log,
    const std::string& group,
    HomeId home,
    log::Table table,
    const std::function<Status(const std::string& key, std::string value)>& visit
);

}  // namespace sluice::runtime
