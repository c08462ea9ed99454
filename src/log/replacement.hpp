#pragma once

#include <sluice/result.hpp>

#include "log/log.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::log {

/// Topics and groups that take the places of others, with all that is in them: what had the name
/// before, if anything had, is deleted.
struct Replacement {
    using Names =
        std::vector<std::pair<std::string, std::string>>;  ///< (its name now, its name then)

    Names topics;
    Names groups;
    std::vector<std::string> topics_gone;  ///< deleted; those that are not there are passed over
    std::vector<std::string> groups_gone;
};

/// How a topic or group is called that is made beside another, to take its place.
inline constexpr std::string_view kBeside = ".growing";

/// A group that is this process's alone, from when this was made.
/// Threads:  one.
/// Lifetime: the Log outlives it. Destroying it leaves the group.
class Hold {
public:
    virtual ~Hold() = default;

    /// kFenced: somebody else is in the group now, or was in between.
    [[nodiscard]] virtual Status check() const = 0;
};

/// A log whose topics and groups can take the names of others.
/// Threads, lifetime, failure: as Log; `hold`, `replace` and `clear_replaced` one at a time.
class ReplacingLog : public Log {
public:
    /// kUnavailable: there are others in the group, which are named. On a log that no other process
    /// has there are none.
    [[nodiscard]] virtual Result<std::unique_ptr<Hold>> hold(const GroupSpec& group) = 0;

    /// All of it or nothing, and durable when it returns. kNotFound: one that is to take a place is
    /// not there. kFenced: a group that loses its place is not held, or not any more. Then nothing
    /// was changed. Call: while nothing else uses what is replaced: no lease, no other call.
    virtual Status replace(const Replacement& what) = 0;

    /// What was replaced, now or by a process that was killed behind it, takes no room any more.
    /// Nobody sees it before that either. Call: when the groups are not held any more.
    virtual Status clear_replaced() = 0;

    /// What a topic is called where others than this log see it.
    [[nodiscard]] virtual std::string seen_as(std::string_view topic) const = 0;
};

}  // namespace sluice::log
