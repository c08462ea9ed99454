#include "log/kafka/takeover.hpp"

#include "base/clock.hpp"
#include "log/kafka/errors.hpp"
#include "log/kafka/snapshot_load.hpp"
#include "log/kafka/transactions.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <optional>
#include <utility>
#include <vector>

namespace sluice::log::kafka {

namespace {

constexpr std::chrono::milliseconds kPatience{1'000};  // until an open transaction is ended for it

using Marks = std::map<HomeId, std::optional<Committed>>;

Result<Marks> committed_marks(Group& group, const GroupSpec& spec, const Tenure& tenure) {
    std::vector<PartitionRef> of;
    for (const HomeId home : tenure.homes) of.push_back({spec.home_topic, PartitionId{home.value}});
    auto answers = group.offsets().ask(of);
    if (!answers) return answers.error();
    Marks marks;
    for (std::size_t i = 0; i < of.size(); ++i) {
        marks.emplace(tenure.homes[i], std::move(answers.value()[i]));
    }
    return marks;
}

/// The ends of a partition, once all below its high watermark can be read.
Result<Ends> settled_ends(
    const Parts& parts, const PartitionRef& of, const std::optional<Committed>& left
) {
    auto ends = parts.watermarks.ends(of);
    if (!ends) return ends;
    Status asked = ok();
    const auto settled = [&] {
        if (ends.value().committed >= ends.value().high_watermark) return true;
        const auto visible = parts.watermarks.committed(of);
        if (!visible) asked = visible.error();
        if (visible) ends.value().committed = visible.value();
        return !asked || ends.value().committed >= ends.value().high_watermark;
    };
    if (wait_until(kPatience, settled)) return asked ? ends : Result<Ends>{asked.error()};
    if (left && left->mark) {
        // Its owner is gone, or will find itself fenced.
        const std::string& owner = left->mark->transactional_id;
        const auto fence = Transactions::open(parts.options, parts.topics, owner);
        if (!fence) return fence.error();
    }
    if (wait_until(parts.options.answer, settled))
        return asked ? ends : Result<Ends>{asked.error()};
    return Error{
        ErrorCode::kUnavailable,
        fmt::format(
            "{}/{}: an open transaction holds it at {} of {}; its owner does not end it",
            of.topic,
            of.partition.value,
            ends.value().committed.value,
            ends.value().high_watermark.value
        )};
}

/// What is a fold, as it was at the last snapshot.
Status take_folds(const Parts& parts, const Group& group, HomeId home, TakenHome& one) {
    auto copy = parts.cache.home(group.name(), home);
    Status whole = restore_folds(
        parts.streams, one.snapshots.partition, copy, {group.name(), home, parts.options.notice}
    );
    if (!whole) return whole;
    const auto last = snapshot_of(copy);
    if (!last) return last.error();
    one.snapshot = last.value();
    const auto mark = copy.mark();
    if (!mark) return mark.error();
    if (mark.value()) one.mark = *mark.value();
    return ok();
}

}  // namespace

Result<PartitionRef> state_partition(const Parts& parts, const Group& group, HomeId home) {
    TopicSpec topic{group.state_topic(), parts.options.state_partitions};
    if (const auto spec = group.spec()) {
        const auto homes = parts.topics.find(spec->home_topic);
        if (!homes) return homes.error();
        if (homes.value()) topic.partitions = homes.value()->partitions;
    }
    const Status made = parts.topics.create(topic, compacted_topic(parts.options));
    if (!made) return made.error();
    return PartitionRef{topic.name, PartitionId{home.value % topic.partitions}};
}

SnapshotPlace snapshot_place(const Group& group, HomeId home, std::uint32_t homes) {
    const TopicSpec topic{snapshot_topic(group.name()), homes};
    return {
        group.name(),
        topic,
        {topic.name, PartitionId{home.value % homes}},
        home,
        group.spec().has_value()};
}

Result<std::map<HomeId, TakenHome>> take_over(const Parts& parts, Group& group, Tenure& tenure) {
    const std::optional<GroupSpec> spec = group.spec();
    Marks marks;
    if (spec) {
        auto found = committed_marks(group, *spec, tenure);
        if (!found) return found.error();
        marks = std::move(found.value());
    }
    if (const Status named = parts.names.check(group.name()); !named) return named.error();
    std::map<HomeId, TakenHome> taken;
    const std::lock_guard restoring{group.restoring()};
    for (const HomeId home : tenure.homes) {
        TakenHome& one = taken[home];
        const std::optional<Committed>& left = marks[home];
        const auto state = state_partition(parts, group, home);
        if (!state) return state.error();
        if (!spec) {  // nobody has joined, so the coordinator of a new cluster may not be there yet
            const auto found = group.offsets().ask(std::array{state.value()});
            if (!found) return found.error();
        }
        const auto ends = settled_ends(parts, state.value(), left);
        if (!ends) return ends.error();
        if (spec) {
            for (const std::string& topic : spec->outputs) {
                const auto own = settled_ends(parts, {topic, PartitionId{home.value}}, left);
                if (!own) return own.error();
            }
        }
        auto mark = restore_home(
            parts.streams,
            state.value(),
            ends.value(),
            parts.cache.home(group.name(), home),
            SystemClock{}.now(),
            {group.name(), home, parts.options.notice}
        );
        if (!mark) return mark.error();
        const auto homes = parts.topics.find(group.state_topic());
        if (!homes) return homes.error();
        one.snapshots = snapshot_place(group, home, homes.value()->partitions);
        if (const Status whole = take_folds(parts, group, home, one); !whole) return whole.error();
        one.torn = left && left->mark && left->mark->step > one.mark.step;
        if (left) {
            one.home_next = left->next;
            one.home_read = left->consumed().has_value();
        } else if (spec) {
            const auto first = parts.watermarks.ends({spec->home_topic, PartitionId{home.value}});
            if (!first) return first.error();
            one.home_next = first.value().first;
        }
    }
    tenure.note_restored();  // whoever waits to look at it finds it so
    return taken;
}

}  // namespace sluice::log::kafka
