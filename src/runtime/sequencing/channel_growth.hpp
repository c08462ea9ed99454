#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include "log/log.hpp"
#include "runtime/domain/domain_plan.hpp"
#include "runtime/subjects/domain_facts.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace sluice::runtime {

/// How many partitions the channels of a domain have, while some are given more. Those that came
/// last are unsettled for a while: producers move their keys at different times, so that what has
/// no number may lie in an old partition, unread, when what followed it is already here (history
/// D5, GrowthGate).
/// Threads:  one at a time.
/// Lifetime: log and plan outlive it.
/// Failure:  of the log, as they are; asked again at the next call.
/// Limits:   looks once per `look_interval`. A jump of the clock is taken for a second at most.
class ChannelGrowth {
public:
    struct Options {
        Milliseconds look_interval{10'000};
        Milliseconds unsettled{600'000};  ///< twice what producers take to hear of it, by default
    };

    struct Channel {
        const ChannelPlan* plan;
        std::uint32_t partitions{};  ///< that there are
        std::uint32_t settled{};     ///< the first so many hold nobody up
        Milliseconds left{0};        ///< until all are

        /// Where the keys of an unsettled partition may have been, however often the channel has
        /// grown to a multiple of what it had: what is p now was p mod n before, and that is less
        /// than half of p. So partitions wait for one another in a line, never in a circle.
        [[nodiscard]] log::TopicSpec older_than(PartitionId p) const;
    };

    ChannelGrowth(const log::Log& log, const DomainPlan& plan, Options options)
        : log_{log},
          plan_{plan},
          options_{options} {}

    /// Looks. `before`: what those who had the homes left; nothing of a channel: all of it is
    /// settled.
    [[nodiscard]] Status open(std::span<const DomainFacts> before);

    /// Looks again when it is time. Answers whether some have come or have settled.
    [[nodiscard]] Result<bool> advance(Instant now);

    /// In the order of the plan; of `open`.
    [[nodiscard]] const std::vector<Channel>& channels() const { return channels_; }

private:
    [[nodiscard]] Result<bool> look();
    [[nodiscard]] bool settle(Milliseconds passed);

    const log::Log& log_;
    const DomainPlan& plan_;
    Options options_;
    std::vector<Channel> channels_;
    Instant looked_at_{};
    std::optional<Instant> advanced_at_;
};

}  // namespace sluice::runtime
