#include "base/point.hpp"
#include "grow/interleaving.hpp"
#include "runtime/domain/history_topic.hpp"
#include "runtime/domain/topics.hpp"
#include "runtime/grow/move_records.hpp"
#include "runtime/grow/partition_reader.hpp"
#include "runtime/grow/record_writer.hpp"
#include "runtime/grow/staging.hpp"
#include "sequence/ordered.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace sluice::runtime {

namespace {

constexpr std::uint64_t kToldEvery = 1'000'000;
constexpr std::size_t kTailBytes = std::size_t{1} << 20;

/// What one home's read may hold, so that all together hold some tens of megabytes.
log::ReadLimits limits_of(std::uint32_t homes) {
    constexpr std::size_t kAll = std::size_t{64} << 20;
    constexpr std::size_t kLeast = std::size_t{64} << 10;
    constexpr std::size_t kMost = std::size_t{1} << 20;
    return {1'000, std::clamp(kAll / homes, kLeast, kMost)};
}

/// Whether the beginning of some home is gone for good. Then no new home may look whole.
Result<bool> is_cut(const log::Log& log, const HomesMove& homes) {
    for (PartitionId p{0}; p.value < homes.before; p = p.next()) {
        const log::PartitionRef of{ordered_topic(homes.domain), p};
        const auto ends = log.ends(of);
        if (!ends) return ends.error();
        const auto oldest = oldest_of(log, of, ends.value());
        if (!oldest) return oldest.error();
        if (oldest.value().value > 0) return true;
    }
    return false;
}

class OrderedCopy {
public:
    OrderedCopy(
        const GrowthContext& context, const HomesMove& homes, OrderedMove& move, Growth& done
    )
        : context_{context},
          homes_{homes},
          move_{move},
          done_{done},
          ordered_{context.log, Staging::beside(ordered_topic(homes.domain)), homes.after},
          history_{context.log, Staging::beside(history_topic(homes.domain)), homes.after} {}

    Status run() {
        if (Status done = copy_history(); !done) return done;
        for (PartitionId p{0}; p.value < homes_.after; p = p.next()) {
            const Offset first = move_.places.end(HomeId{p.value});
            if (Status begun = ordered_.begin_at(p, first); !begun) return begun;
        }
        if (Status done = copy_ordered(); !done) return done;
        return ordered_.flush();
    }

private:
    /// What retention has taken and somebody brought back lies before the topic's beginning. It has
    /// no time of release, and comes home by home.
    Status copy_history() {
        for (PartitionId p{0}; p.value < homes_.before; p = p.next()) {
            const log::PartitionRef of{ordered_topic(homes_.domain), p};
            const auto ends = context_.log.ends(of);
            if (!ends) return ends.error();
            const auto oldest = oldest_of(context_.log, of, ends.value());
            if (!oldest) return oldest.error();
            for (Offset next = oldest.value(); next < ends.value().first;) {
                auto read = read_brought_back(context_.log, of, next, limits_of(homes_.before));
                if (!read) return read.error();
                if (!read.value() || read.value()->next() == next) break;
                next = read.value()->next();
                for (log::StoredRecord& stored : *read.value()) {
                    if (Status put = put_history(HomeId{p.value}, stored); !put) return put;
                }
            }
        }
        return history_.flush();
    }

    Status put_history(HomeId from, log::StoredRecord& stored) {
        const grow::Place place = place_of(from, stored);
        stored.record.headers.push_back(
            {std::string{kHistoryOffsetHeader}, fmt::to_string(place.offset.value + 1)}
        );
        ++done_.brought_back;
        return history_.add(PartitionId{place.home.value}, std::move(stored.record));
    }

    Status copy_ordered() {
        for (PartitionId p{0}; p.value < homes_.before; p = p.next()) {
            readers_.emplace_back(
                context_.log,
                log::PartitionRef{ordered_topic(homes_.domain), p},
                limits_of(homes_.before)
            );
            if (Status opened = readers_.back().open(); !opened) return opened;
        }
        const auto grain = grain_of_all();
        if (!grain) return grain.error();
        grow::Interleaving order{homes_.before, grain.value()};
        for (HomeId home{0}; home.value < homes_.before; home = home.next()) {
            if (Status offered = offer(order, home); !offered) return offered;
        }
        while (const auto home = order.take()) {
            PartitionReader& reader = readers_[home->value];
            const grow::Place place = place_of(*home, *reader.front());
            const PartitionId to{place.home.value};
            if (ordered_.end(to) != place.offset) {
                return Error{ErrorCode::kCorrupt, "a record would not lie where it is said to"};
            }
            if (Status put = ordered_.add(to, std::move(reader.front()->record)); !put) return put;
            if (Status popped = reader.pop(); !popped) return popped;
            if (Status offered = offer(order, *home); !offered) return offered;
            if (++done_.ordered % kToldEvery == 0) tell();
            SLUICE_POINT("grow.record_copied");
        }
        return ok();
    }

    Status offer(grow::Interleaving& order, HomeId home) {
        PartitionReader& reader = readers_[home.value];
        if (reader.front() == nullptr) return ok();
        const auto released = released_at(reader.of(), *reader.front());
        if (!released) return released.error();
        order.offer(home, released.value());
        return ok();
    }

    [[nodiscard]] static Result<Instant> released_at(
        const log::PartitionRef& of, const log::StoredRecord& stored
    ) {
        const auto facts = sequence::facts_of(stored.record);
        if (facts) return facts.value().released_at;
        return facts.error().at(
            fmt::format("{}/{} offset {}", of.topic, of.partition.value, stored.offset.value)
        );
    }

    /// The last record of a partition, which may end with what is none.
    Result<std::optional<log::StoredRecord>> newest_of(const log::PartitionRef& of) const {
        const auto ends = context_.log.ends(of);
        if (!ends) return ends.error();
        const Offset end = ends.value().committed;
        for (std::int64_t back = 1;; back *= 2) {
            const Offset from = std::max(ends.value().first, Offset{end.value - back});
            auto read = context_.log.read(of, from, {static_cast<std::size_t>(back), kTailBytes});
            if (!read) return read.error();
            if (!read.value().empty()) return std::optional{read.value().back()};
            if (from == ends.value().first) return std::optional<log::StoredRecord>{};
        }
    }

    /// By the span between the oldest record and the newest.
    Result<Milliseconds> grain_of_all() {
        std::optional<Instant> first;
        std::optional<Instant> last;
        for (PartitionReader& reader : readers_) {
            if (reader.front() == nullptr) continue;
            const auto begin = released_at(reader.of(), *reader.front());
            if (!begin) return begin.error();
            const auto newest = newest_of(reader.of());
            if (!newest) return newest.error();
            const auto end = released_at(reader.of(), newest.value().value_or(*reader.front()));
            if (!end) return end.error();
            first = std::min(first.value_or(begin.value()), begin.value());
            last = std::max(last.value_or(end.value()), end.value());
        }
        return grow::Interleaving::grain_of(first.value_or(Instant{}), last.value_or(Instant{}));
    }

    grow::Place place_of(HomeId from, const log::StoredRecord& stored) {
        const grow::Place place =
            move_.places.place(from, stored.offset, stored.record.key.value_or(""));
        move_.backlogs.moved(from, stored.offset, place.offset);
        return place;
    }

    void tell() const {
        if (context_.tell) context_.tell(fmt::format("{} records copied", done_.ordered));
    }

    const GrowthContext& context_;
    const HomesMove& homes_;
    OrderedMove& move_;
    Growth& done_;
    RecordWriter ordered_;
    RecordWriter history_;
    std::vector<PartitionReader> readers_;  ///< by old home
};

}  // namespace

Result<OrderedMove> move_ordered(
    const GrowthContext& context,
    const HomesMove& homes,
    const SubscriptionsBefore& subscriptions,
    Growth& done
) {
    const auto cut = is_cut(context.log, homes);
    if (!cut) return cut.error();
    const std::vector<Offset> first(homes.after, Offset{cut.value() ? 1 : 0});
    OrderedMove move{
        grow::Regrouping{homes.before, homes.after, first, subscriptions.done},
        OffsetsMoved{homes.before}};
    const Status asked = ask_for_backlogs(context.log, homes.domain, homes.before, move.backlogs);
    if (!asked) return asked.error();
    done.ordered = 0;
    done.brought_back = 0;
    const Status copied = OrderedCopy{context, homes, move, done}.run();
    if (!copied) return copied.error();
    return move;
}

}  // namespace sluice::runtime
