#pragma once

#include <sluice/event.hpp>
#include <sluice/result.hpp>

#include "commerce/dataset/raw.hpp"
#include "commerce/money/policy.hpp"
#include "commerce/produce/calendar.hpp"
#include "commerce/produce/channels.hpp"
#include "commerce/seedrule/additions.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace sluice::commerce {

/// An event on its way to its topic. The Kafka key is the subject.
struct Publication {
    ChannelId channel{};
    PartitionId partition;
    Event event;
};

/// Everything that is published, in the order of publishing: ascending (time, subject, source,
/// sequence).
/// Threads:  any; nothing changes after construction.
/// Lifetime: raw data and additions outlive it.
/// Limits:   24 bytes per event; events are made when asked for.
class Publications {
public:
    /// Raw data and additions belong together and can be placed: see `check`.
    Publications(const RawData& raw, const Additions& additions, const Policy& policy = {});

    /// Whether every order can be placed. Failure: kInvalidArgument with the order and why.
    [[nodiscard]] static Status check(const RawData& raw, const Additions& additions);

    [[nodiscard]] std::size_t size() const { return entries_.size(); }

    [[nodiscard]] Publication at(std::size_t index) const;

    // What a schedule needs, without making the event.
    [[nodiscard]] UtcTime time(std::size_t index) const { return entries_[index].time; }

    [[nodiscard]] ChannelId channel(std::size_t index) const;
    [[nodiscard]] std::string_view subject(std::size_t index) const;

    /// Nothing for the calendar's.
    [[nodiscard]] const Act* act(std::size_t index) const;

private:
    static constexpr std::uint32_t kNoOrder = ~std::uint32_t{0};

    struct Entry {
        UtcTime time;
        std::uint32_t order{kNoOrder};  ///< place in the raw data; kNoOrder: the calendar
        std::uint32_t number{};         ///< place among the order's acts, or the calendar's days
    };

    [[nodiscard]] bool before(const Entry& a, const Entry& b) const;

    const RawData& raw_;
    const Additions& additions_;
    Calendar calendar_;
    std::vector<Entry> entries_;
};

}  // namespace sluice::commerce
