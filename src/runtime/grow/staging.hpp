#pragma once

#include <sluice/result.hpp>

#include "log/replacement.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::runtime {

/// Where a domain's topics and state are made anew, beside those that are in use, until they take
/// their places.
/// Threads:  one.
class Staging {
public:
    explicit Staging(std::string_view domain);

    /// Of a topic or group of the domain.
    [[nodiscard]] static std::string beside(std::string_view name);

    /// Deletes what an attempt has left that was cut short.
    [[nodiscard]] log::Replacement nothing() const;

    /// Empty topics with that many partitions. `history`: one for what was brought back, too.
    [[nodiscard]] Status make(log::Log& log, std::uint32_t homes, bool history);

    /// The groups whose state is made anew, as their daemons join them; and those to be.
    [[nodiscard]] std::vector<log::GroupSpec> groups() const;
    [[nodiscard]] log::GroupSpec sequencer_beside() const;
    [[nodiscard]] log::GroupSpec runner_beside() const;

    /// All that was made takes its place; trails and states go, and are made again from the topics.
    [[nodiscard]] log::Replacement all() const;

private:
    std::string domain_;
    std::vector<std::string> topics_;
    std::vector<std::string> groups_;
    std::string history_;
    bool has_history_{false};
};

}  // namespace sluice::runtime
