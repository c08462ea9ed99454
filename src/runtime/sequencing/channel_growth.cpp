#include "runtime/sequencing/channel_growth.hpp"

#include "base/assert.hpp"
#include "runtime/domain/topics.hpp"

#include <algorithm>
#include <utility>

namespace sluice::runtime {

namespace {

constexpr Milliseconds kStepMax{1'000};

/// Of the channel, as `before` has it; nothing: it was not there.
std::optional<std::uint32_t> settled_in(const DomainFacts& before, const std::string& topic) {
    for (const DomainFacts::Channel& channel : before.channels) {
        if (channel.topic == topic) return channel.partitions;
    }
    return std::nullopt;
}

}  // namespace

log::TopicSpec ChannelGrowth::Channel::older_than(PartitionId p) const {
    SLUICE_ASSERT(settled > 0 && p.value >= settled);
    std::uint32_t older = settled;
    while (older <= p.value / 2) older *= 2;
    return {plan->topic, older};
}

Status ChannelGrowth::open(std::span<const DomainFacts> before) {
    auto there = as_they_are(log_, plan_.channel_topics());
    if (!there) return there.error();
    for (std::size_t i = 0; i < plan_.channels.size(); ++i) {
        const std::uint32_t count = there.value()[i].partitions;
        Channel channel{&plan_.channels[i], count, count, Milliseconds{0}};
        for (const DomainFacts& facts : before) {
            const auto settled = settled_in(facts, channel.plan->topic);
            channel.settled = std::min(channel.settled, std::max(settled.value_or(count), 1U));
        }
        if (channel.settled < count) channel.left = options_.unsettled;
        channels_.push_back(channel);
    }
    return ok();
}

Result<bool> ChannelGrowth::advance(Instant now) {
    const Milliseconds since = advanced_at_ ? now - *advanced_at_ : Milliseconds{0};
    bool moved = settle(std::clamp(since, Milliseconds{0}, kStepMax));
    if (!std::exchange(advanced_at_, now)) looked_at_ = now;  // `open` has just looked
    if (now >= looked_at_ && now - looked_at_ < options_.look_interval) return moved;
    looked_at_ = now;
    auto grown = look();
    if (!grown) return grown;
    return moved || grown.value();
}

Result<bool> ChannelGrowth::look() {
    const auto there = as_they_are(log_, plan_.channel_topics());
    if (!there) return there.error();
    bool grown = false;
    for (std::size_t i = 0; i < channels_.size(); ++i) {
        Channel& channel = channels_[i];
        const std::uint32_t count = there.value()[i].partitions;
        if (count <= channel.partitions) continue;  // an answer of a broker that is behind is older
        channel.partitions = count;
        channel.left = options_.unsettled;
        grown = true;
    }
    return grown;
}

bool ChannelGrowth::settle(Milliseconds passed) {
    bool settled = false;
    for (Channel& channel : channels_) {
        if (channel.settled == channel.partitions) continue;
        channel.left -= passed;
        if (channel.left.count() > 0) continue;
        channel.settled = channel.partitions;
        settled = true;
    }
    return settled;
}

}  // namespace sluice::runtime
