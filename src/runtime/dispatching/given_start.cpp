#include "runtime/dispatching/given_start.hpp"

#include "base/assert.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sluice::runtime {

namespace {

using Restored = dispatch::Dispatcher::Restored;

Error conflict(const log::PartitionRef& at, const std::string& why) {
    return {ErrorCode::kConflict, fmt::format("{}/{}: {}", at.topic, at.partition.value, why)};
}

/// Lines outside of backlogs stand for events that come when they are read again. A person's hold
/// stays.
std::vector<std::string> drop_lines(Restored& restored) {
    std::vector<std::string> gone;
    std::erase_if(restored.lines, [&](const auto& one) {
        const auto& [subject, line] = one;
        const bool drops = !line.in_backlog && !line.hold;
        if (drops) gone.push_back(subject);
        return drops;
    });
    return gone;
}

/// Everything below is done.
void pass_to(dispatch::Progress& progress, Offset first) {
    progress.next = first;
    auto& above = progress.done_above;
    std::erase_if(above, [&](const auto& range) { return range.end <= first; });
    if (above.empty() || above.front().first > first) return;
    progress.next = above.front().end;
    above.erase(above.begin());
}

/// Nothing: it is the topic that was read, as far as that can be told.
std::optional<Error> made_anew(
    const contract::GivenOrder& order,
    const GivenBefore& before,
    const log::PartitionRef& at,
    const log::Ends& ends,
    const dispatch::Progress& progress
) {
    const auto& above = progress.done_above;
    const Offset read = above.empty() ? progress.next : above.back().end;
    std::string why;
    if (read > ends.high_watermark) {
        why = fmt::format(
            "it ends at offset {}, and has been read up to {}: it was made anew, or has lost its "
            "end",
            ends.high_watermark.value,
            read.value
        );
    } else if (before.is_another) {
        why = "the last record that was read is another one now: it was made anew";
    } else {
        return std::nullopt;
    }
    return conflict(
        at,
        fmt::format(
            "{}. If it was made anew, let x-sluice.ordered.epoch be {} in the contract",
            why,
            order.epoch + 1
        )
    );
}

}  // namespace

Result<GivenStart> start_given(
    const contract::GivenOrder& order,
    const GivenBefore& before,
    const log::PartitionRef& at,
    const log::Ends& ends,
    Restored& restored
) {
    GivenStart start;
    dispatch::Progress& progress = restored.progress;
    if (!before.epoch) {
        start.moved = true;  // where it begins is written: what is deleted from now on is a loss
        return start;
    }
    if (*before.epoch > order.epoch) {
        return conflict(
            at,
            fmt::format(
                "the contract's epoch is {}, and it has been read in epoch {}: epochs only rise, "
                "or positions would be given twice",
                order.epoch,
                *before.epoch
            )
        );
    }
    if (*before.epoch < order.epoch) {
        progress = {ends.first, {}};
        start.moved = true;
        start.gone = drop_lines(restored);
        return start;
    }
    if (auto changed = made_anew(order, before, at, ends, progress)) return std::move(*changed);
    if (progress.next >= ends.first) return start;
    if (order.lost == contract::LostPolicy::kStop) {
        return conflict(
            at,
            fmt::format(
                "it begins at offset {}, and has been read up to {}: what lay between was deleted "
                "before it was read. To go on without it, say lost: pass under x-sluice.ordered, "
                "and let the topic keep its records for longer",
                ends.first.value,
                progress.next.value
            )
        );
    }
    start.lost_from = progress.next;
    start.moved = true;
    pass_to(progress, ends.first);
    start.gone = drop_lines(restored);
    return start;
}

}  // namespace sluice::runtime
