#include "daemon/api/pull_directory.hpp"

#include "contract/nearest.hpp"
#include "event/text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>
#include <vector>

namespace sluice::daemon {

Result<PullDirectory::Found> PullDirectory::find(std::string_view name, std::string_view domain)
    const {
    std::set<std::string_view> names;
    std::vector<std::string_view> domains;
    deliver::pull::PullSink* found = nullptr;
    for (const auto& [key, sink] : sinks_) {
        names.insert(key.first);
        if (key.first != name || (!domain.empty() && key.second != domain)) continue;
        domains.push_back(key.second);
        found = sink;
    }
    if (domains.size() == 1) return Found{domains.front(), found};
    if (domains.size() > 1) {
        return Error{
            ErrorCode::kInvalidArgument,
            fmt::format(
                "domain: several have a subscription {}: {}",
                event::shown(name),
                fmt::join(domains, ", ")
            )};
    }
    const std::vector<std::string_view> known{names.begin(), names.end()};
    return Error{
        ErrorCode::kNotFound,
        fmt::format(
            "no subscription {} whose events are pulled{}; there are: {}",
            event::shown(name),
            contract::did_you_mean(name, known),
            known.empty() ? "none" : fmt::format("{}", fmt::join(known, ", "))
        )};
}

}  // namespace sluice::daemon
