#pragma once

#include <sluice/result.hpp>

#include "base/clock.hpp"
#include "daemon/connect.hpp"
#include "daemon/render/json.hpp"
#include "log/replacement.hpp"
#include "runtime/domain/domain_plan.hpp"
#include "runtime/grow/growth.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::daemon {

/// `sluice domain grow`: has the log to itself, from the look to the end, so that what was shown is
/// what is done; on Kafka the domain, and only to grow.
/// Threads:  one.
/// Failure:  kUnavailable: a daemon has it. kNotFound: no log there, or no contract of the domain; and
///           those of runtime::grow_domain.
class Grower {
public:
    [[nodiscard]] static Result<Grower> open(const Place& place, const std::string& domain);

    /// What it would be about. `grown` false and the homes as they are: it has as many already.
    [[nodiscard]] Result<Json> preview(std::uint32_t homes) const;

    [[nodiscard]] Result<Json> grow(
        const runtime::GrowthOrder& order, const std::function<void(std::string_view)>& tell
    );

    /// What was replaced takes no room any more. On Kafka that is a step of its own, and again due
    /// where it could not be done, or the process was killed.
    Status clear();

private:
    Grower() = default;

    Status take_what_is_there();
    [[nodiscard]] Json shown(const runtime::Growth& growth, bool grown) const;
    [[nodiscard]] std::vector<std::string> to_do(std::uint32_t homes) const;

    SystemClock clock_;
    std::unique_ptr<log::ReplacingLog> log_;
    runtime::DomainPlan plan_;  ///< with the homes and channels that there are
    ContractPtr contract_;
};

/// For people: the preview, and what was done.
[[nodiscard]] std::string render_growth(const Json& growth);

}  // namespace sluice::daemon
