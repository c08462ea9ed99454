#pragma once

#include "deliver/sink.hpp"
#include "deliver/wanted_types.hpp"
#include "event/limits.hpp"
#include "log/log.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::deliver {

/// Writes events to a team's own topic, for listeners that know nothing of Sluice: key = the
/// subject, on the partition that Java's producer would choose; value and headers as they are in
/// the ordered topic, without what is Sluice's alone. Each subject in order. After a crash, or
/// when it cannot be told whether a write was done, events are written again: one whose
/// `ce_subjectposition` is not above the last of its subject is such a repetition.
/// Threads:  one at a time.
/// Lifetime: the log outlives it.
/// Failure:  what the log cannot do now is answered kNotTried; a record that is too large for the
///           topic is dead.
/// Limits:   what a call of `deliver` brings is one write.
class TopicSink final : public Sink {
public:
    struct Options {
        std::string topic;
        std::optional<std::uint32_t> partitions;  ///< of a topic that is made here
        WantedTypes types;                        ///< empty: all
        event::EventLimits limits;
    };

    /// kNotFound: there is no such topic, and `partitions` does not say with how many to make it.
    [[nodiscard]] static Result<std::unique_ptr<TopicSink>> open(log::Log& log, Options options);

    [[nodiscard]] bool wants(std::string_view type) const override;

    [[nodiscard]] std::vector<dispatch::RunOutcome> deliver(std::span<const RunWork> runs) override;

private:
    TopicSink(log::Log& log, Options options, std::uint32_t partitions)
        : log_{log},
          options_{std::move(options)},
          partitions_{partitions} {}

    [[nodiscard]] log::PartitionRef place_of(std::string_view subject) const;
    [[nodiscard]] Result<Record> record_of(const Outgoing& event, std::string_view subject) const;
    [[nodiscard]] dispatch::RunOutcome deliver_singly(const RunWork& run);

    log::Log& log_;
    Options options_;
    std::uint32_t partitions_;
};

}  // namespace sluice::deliver
