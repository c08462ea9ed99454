#include "runtime/sequencing/sweeper.hpp"

#include "runtime/domain/topics.hpp"

#include <utility>

namespace sluice::runtime {

using sequence::Sweep;

Sweeper::Sweeper(const log::Log& log, Domain domain, Milliseconds interval)
    : log_{log},
      domain_{std::move(domain)},
      group_{sequencer_group(domain_.name)},
      interval_{interval} {}

Result<std::optional<sequence::SweepId>> Sweeper::advance(bool wanted, Instant now) {
    using Ended = std::optional<sequence::SweepId>;
    if (sweep_.phase() == Sweep::Phase::kIdle) {
        // A clock that was set back must not stop sweeps.
        const bool soon = begun_at_ && now >= *begun_at_ && now - *begun_at_ < interval_;
        if (!wanted || soon) return Ended{};
        auto ends = watermarks();
        if (!ends) return ends.error();
        begun_at_ = now;
        sweep_.begin(std::move(ends.value()));
    }
    if (sweep_.phase() == Sweep::Phase::kChannels) {
        const auto committed = channels_committed();
        if (!committed) return committed.error();
        if (!sweep_.channels_passed(committed.value())) return Ended{};
        auto ends = repartition_ends();
        if (!ends) return ends.error();
        sweep_.repartition_ends(std::move(ends.value()));
    }
    const auto read = repartition_committed();
    if (!read) return read.error();
    return Ended{sweep_.read_up_to(read.value())};
}

Result<Sweeper::ChannelOffsets> Sweeper::watermarks() {
    if (domain_.channels_grow) {
        auto channels = as_they_are(log_, domain_.channels);
        if (!channels) return channels.error();
        domain_.channels = std::move(channels.value());
    }
    ChannelOffsets offsets;
    for (std::uint32_t c = 0; c < domain_.channels.size(); ++c) {
        const log::TopicSpec& channel = domain_.channels[c];
        for (PartitionId p{0}; p.value < channel.partitions; p = p.next()) {
            const auto ends = log_.ends({channel.name, p});
            if (!ends) return ends.error();
            offsets.emplace(std::pair{c, p}, ends.value().high_watermark);
        }
    }
    return offsets;
}

Result<Sweeper::ChannelOffsets> Sweeper::channels_committed() const {
    ChannelOffsets offsets;
    for (std::uint32_t c = 0; c < domain_.channels.size(); ++c) {
        const log::TopicSpec& channel = domain_.channels[c];
        for (PartitionId p{0}; p.value < channel.partitions; p = p.next()) {
            const auto next = log_.consumed_by(group_, {channel.name, p});
            if (!next) return next.error();
            if (next.value()) offsets.emplace(std::pair{c, p}, *next.value());
        }
    }
    return offsets;
}

Result<std::map<HomeId, Offset>> Sweeper::repartition_ends() const {
    std::map<HomeId, Offset> offsets;
    for (const HomeId home : domain_.homes) {
        const auto ends = log_.ends({repartition_topic(domain_.name), PartitionId{home.value}});
        if (!ends) return ends.error();
        offsets.emplace(home, ends.value().high_watermark);
    }
    return offsets;
}

Result<std::map<HomeId, Offset>> Sweeper::repartition_committed() const {
    std::map<HomeId, Offset> offsets;
    const std::string topic = repartition_topic(domain_.name);
    for (const HomeId home : domain_.homes) {
        const auto next = log_.consumed_by(group_, {topic, PartitionId{home.value}});
        if (!next) return next.error();
        if (next.value()) offsets.emplace(home, *next.value());
    }
    return offsets;
}

}  // namespace sluice::runtime
