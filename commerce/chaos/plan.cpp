#include "commerce/chaos/plan.hpp"

#include "commerce/chaos/transport.hpp"
#include "commerce/generate/draw.hpp"

#include <algorithm>
#include <utility>

namespace sluice::commerce {

namespace {

constexpr std::int64_t kRepeatedPer1000 = 15;  // a retry whose first try had arrived after all
constexpr std::int64_t kRepeatedWithinSeconds = std::int64_t{2} * 86'400;
constexpr std::int64_t kProducerCrashIn = 2'500;  // events: then it sends its last ones again
constexpr std::int64_t kSentAgainMax = 40;
constexpr std::int64_t kRestartsMin = 3;
constexpr std::int64_t kRestartsMax = 6;

struct Arrival {
    UtcTime through;
    std::uint32_t publication{};
    bool duplicate{};
};

/// Collects what comes out of all channels, repeats included.
class Arrivals {
public:
    Arrivals(const Publications& publications, std::uint64_t seed)
        : publications_{publications},
          transport_{seed},
          draw_{seed, 0} {
        for (const Channel& channel : kChannels) sent_.emplace_back(channel.partitions);
        for (std::uint32_t i = 0; i < publications.size(); ++i) add(i);
        std::stable_sort(all_.begin(), all_.end(), [](const Arrival& a, const Arrival& b) {
            return std::pair{a.through, a.publication} < std::pair{b.through, b.publication};
        });
    }

    [[nodiscard]] const std::vector<Arrival>& all() const { return all_; }

private:
    void add(std::uint32_t publication) {
        const ChannelId channel = publications_.channel(publication);
        const PartitionId partition = partition_of(channel, publications_.subject(publication));
        const UtcTime through =
            transport_.through(channel, partition, publications_.time(publication));
        all_.push_back({through, publication, false});
        if (draw_.happens(kRepeatedPer1000, 1'000)) {
            all_.push_back(
                {UtcTime{through.seconds + draw_.between(1, kRepeatedWithinSeconds)},
                 publication,
                 true}
            );
        }
        auto& sent = sent_.at(channel).at(partition.value);
        sent.push_back(publication);
        if (draw_.happens(1, kProducerCrashIn)) send_last_again(sent, through);
    }

    void send_last_again(const std::vector<std::uint32_t>& sent, UtcTime through) {
        const auto available = static_cast<std::int64_t>(sent.size());
        const std::int64_t again = draw_.between(1, std::min(kSentAgainMax, available));
        for (auto it = sent.end() - again; it != sent.end(); ++it) {
            all_.push_back({UtcTime{through.seconds + 1}, *it, true});
        }
    }

    const Publications& publications_;
    Transport transport_;
    Draw draw_;
    std::vector<std::vector<std::vector<std::uint32_t>>> sent_;  // by channel and partition
    std::vector<Arrival> all_;
};

}  // namespace

ChaosPlan::ChaosPlan(const Publications& publications, std::uint64_t seed) {
    const Arrivals arrivals{publications, seed};
    deliveries_.reserve(arrivals.all().size());
    for (const Arrival& arrival : arrivals.all()) {
        deliveries_.push_back({arrival.publication, arrival.duplicate, false});
        duplicates_ += arrival.duplicate ? 1 : 0;
    }
    if (deliveries_.empty()) return;
    Draw draw{seed, 1};
    for (std::int64_t left = draw.between(kRestartsMin, kRestartsMax); left > 0; --left) {
        const auto at =
            static_cast<std::size_t>(draw.below(static_cast<std::int64_t>(deliveries_.size())));
        restarts_ += deliveries_[at].restart ? 0 : 1;
        deliveries_[at].restart = true;
    }
}

ChaosPlan ChaosPlan::calm(const Publications& publications) {
    ChaosPlan plan;
    for (std::uint32_t i = 0; i < publications.size(); ++i)
        plan.deliveries_.push_back({i, false, false});
    return plan;
}

}  // namespace sluice::commerce
