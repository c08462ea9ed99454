#include "plan/plan.hpp"

#include "plan/ranges.hpp"
#include "plan/seconds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace sluice::plan {

namespace {

constexpr double kHomesMost = 4'096;
constexpr double kRoomToGrow = 2;  // homes beside threads: P does not change in place
/// Counts that many numbers of threads divide.
constexpr std::array<std::uint64_t, 10> kHomes{6, 12, 24, 48, 96, 192, 384, 768, 1'536, 3'072};
/// A commit, and the wait of the transaction after it (docs/scale.md).
constexpr Milliseconds kCommit{20};

class Sheet {
public:
    Sheet(const Load& load, const Capacity& capacity) : load_{load}, at_{capacity} {}

    [[nodiscard]] Plan filled() {
        const double needed = rate_needed();
        const double cores = cores_for(needed);
        const std::uint64_t instances = instances_for(needed, cores);
        homes_for(needed, instances);
        brokers_for(needed);
        lag_at_peak();
        hottest();
        plan_.breaks_first = fmt::format(
            "{}, at {} times this load", readable_or(first_), readable(std::max(first_at_, 0.0))
        );
        return std::move(plan_);
    }

private:
    /// Rounded up: half a machine is one.
    static double whole(double number) { return std::ceil(number - 1e-9); }

    static std::string readable_or(const std::string& text) {
        return text.empty() ? "nothing that is counted here" : text;
    }

    double line(std::string name, std::string arithmetic, double value, std::string unit) {
        plan_.lines.push_back({std::move(name), std::move(arithmetic), value, std::move(unit)});
        return value;
    }

    /// Something that grows with the load and has an end.
    void limit(const std::string& name, double used, double most) {
        if (used <= 0) return;
        const double times = most / used;
        if (first_.empty() || times < first_at_) {
            first_ = name;
            first_at_ = times;
        }
    }

    double rate_needed() {
        const double rate = load_.events_per_second;
        const double peak = line(
            "peak",
            fmt::format("{} x {}", readable(rate), readable(load_.peak_factor)),
            rate * load_.peak_factor,
            "events/s"
        );
        const double catching_up = line(
            "catching up",
            fmt::format(
                "{} x (1 + {} / {})",
                readable(rate),
                readable(load_.outage),
                readable(load_.recovery)
            ),
            rate * (1 + seconds(load_.outage) / seconds(load_.recovery)),
            "events/s"
        );
        return line(
            "needed",
            fmt::format("max({}, {})", readable(peak), readable(catching_up)),
            std::max(peak, catching_up),
            "events/s"
        );
    }

    double cores_for(double needed) {
        const double twice = 1 + load_.detour;  // at the home where it is read, then at its own
        const double sequencing = line(
            "sequencing",
            fmt::format(
                "{} x {} / ({} x {})",
                readable(needed),
                readable(twice),
                readable(at_.sequenced_per_core),
                readable(at_.share)
            ),
            needed * twice / (at_.sequenced_per_core * at_.share),
            "cores"
        );
        const double dispatching = line(
            "dispatching",
            fmt::format(
                "{} x {} subscriptions / ({} x {})",
                readable(needed),
                load_.subscriptions,
                readable(at_.dispatched_per_core),
                readable(at_.share)
            ),
            needed * load_.subscriptions / (at_.dispatched_per_core * at_.share),
            "cores"
        );
        threads_ = whole(sequencing);
        return line(
            "cores",
            fmt::format("{} + {}", readable(sequencing), readable(dispatching)),
            sequencing + dispatching,
            "cores"
        );
    }

    std::uint64_t instances_for(double needed, double cores) {
        const double at_once = line(
            "being handled",
            fmt::format(
                "{} x {} x {} subscriptions",
                readable(needed),
                readable(load_.handler),
                load_.subscriptions
            ),
            needed * seconds(load_.handler) * load_.subscriptions,
            "events at once"
        );
        const double by_cores = whole(cores / at_.cores);
        const double by_handlers = whole(at_once / (at_.handlers * at_.share));
        const double working = std::max({by_cores, by_handlers, 1.0});
        const double instances = line(
            "instances",
            fmt::format(
                "max({} cores / {}, {} at once / ({} x {})) + 1 that may be down",
                readable(cores),
                at_.cores,
                readable(at_once),
                at_.handlers,
                readable(at_.share)
            ),
            working + 1,
            "instances"
        );
        plan_.instances = static_cast<std::uint64_t>(instances);
        return plan_.instances;
    }

    void homes_for(double needed, std::uint64_t instances) {
        const double by_threads = std::max(threads_, static_cast<double>(instances)) * kRoomToGrow;
        const double bytes = needed * static_cast<double>(load_.event_bytes);
        const double by_bytes = bytes / (at_.partition_bytes_per_second * at_.share);
        const double least = std::max(by_threads, by_bytes);
        const auto* chosen = std::find_if(kHomes.begin(), kHomes.end(), [&](std::uint64_t homes) {
            return static_cast<double>(homes) >= whole(least);
        });
        plan_.homes = chosen == kHomes.end() ? static_cast<std::uint64_t>(kHomesMost) : *chosen;
        line(
            "homes",
            fmt::format(
                "at least max({} x {} threads or instances, {} MB/s / ({} MB/s x {})) = {}",
                readable(kRoomToGrow),
                readable(by_threads / kRoomToGrow),
                readable(bytes / 1e6),
                readable(at_.partition_bytes_per_second / 1e6),
                readable(at_.share),
                readable(whole(least))
            ),
            static_cast<double>(plan_.homes),
            "partitions"
        );
        limit(
            "the homes (4,096 at most; a second domain for some of the subjects)", least, kHomesMost
        );
        if (least > kHomesMost) {
            plan_.wrong.push_back(fmt::format(
                "{} homes are needed and a domain has 4,096 at most: make two domains of it, or "
                "leave the "
                "detour out (key the channels by the subject, with as many partitions as homes)",
                readable(whole(least))
            ));
        }
    }

    void brokers_for(double needed) {
        const double written = 1 + load_.detour + 1;  // channel, repartition, ordered
        const double rate =
            needed * static_cast<double>(load_.event_bytes) * written * load_.replication;
        line(
            "written",
            fmt::format(
                "{} x {} B x {} (channel, detour, ordered) x {} copies / 10^6",
                readable(needed),
                readable(static_cast<double>(load_.event_bytes)),
                readable(written),
                load_.replication
            ),
            rate / 1e6,
            "MB/s over all brokers"
        );
        const double by_rate = whole(rate / (at_.broker_bytes_per_second * at_.share));
        plan_.brokers =
            static_cast<std::uint64_t>(std::max(by_rate, static_cast<double>(load_.replication)));
        line(
            "brokers",
            fmt::format(
                "max({} MB/s / ({} MB/s x {}), {} copies)",
                readable(rate / 1e6),
                readable(at_.broker_bytes_per_second / 1e6),
                readable(at_.share),
                load_.replication
            ),
            static_cast<double>(plan_.brokers),
            "brokers"
        );
        const double kept = load_.events_per_second * static_cast<double>(load_.event_bytes) * 2 *
                            load_.replication * seconds(load_.retention);
        line(
            "kept",
            fmt::format(
                "{} x {} B x 2 (channels, ordered) x {} copies x {} / 10^9",
                readable(load_.events_per_second),
                readable(static_cast<double>(load_.event_bytes)),
                load_.replication,
                readable(load_.retention)
            ),
            kept / 1e9,
            "GB over all brokers"
        );
        if (load_.outage >= load_.retention) {
            plan_.wrong.push_back(fmt::format(
                "events are kept for {} and the outage lasts {}: what is not read by then is lost",
                readable(load_.retention),
                readable(load_.outage)
            ));
        }
    }

    void lag_at_peak() {
        const double stages =
            2 + (load_.detour > 0 ? 1 : 0);  // a step each: sequencer, dispatcher, detour
        const double floor = stages * seconds(at_.step + kCommit) + seconds(load_.handler);
        line(
            "lag at the peak",
            fmt::format(
                "{} steps x ({} + {} to commit) + {}",
                readable(stages),
                readable(at_.step),
                readable(kCommit),
                readable(load_.handler)
            ),
            floor,
            "s, at the worst while nothing fails"
        );
        if (floor <= seconds(load_.lag_max)) return;
        plan_.wrong.push_back(fmt::format(
            "the lag may be {} and {} s is what the steps take: commit more often (--step), or key "
            "the "
            "channels so that no event takes the detour",
            readable(load_.lag_max),
            readable(floor)
        ));
    }

    void hottest() {
        if (load_.hottest_per_second <= 0) return;
        const double busy = line(
            "busiest subject",
            fmt::format("{} x {}", readable(load_.hottest_per_second), readable(load_.handler)),
            load_.hottest_per_second * seconds(load_.handler),
            "of one handler's time"
        );
        limit("the busiest subject (its events are handled one after another)", busy, 1);
        if (busy <= 1) return;
        plan_.wrong.emplace_back(
            "the busiest subject brings more than one handler takes: its events go one after "
            "another, and no "
            "number of instances helps; make the handler faster, or the subject smaller"
        );
    }

    const Load& load_;
    const Capacity& at_;
    Plan plan_;
    double threads_{};
    std::string first_;
    double first_at_{};
};

}  // namespace

Result<Plan> make_plan(const Load& load, const Capacity& capacity) {
    if (const Status good = in_range(load, capacity); !good) return good.error();
    return Sheet{load, capacity}.filled();
}

}  // namespace sluice::plan
