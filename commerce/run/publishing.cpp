#include "commerce/run/publishing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <string>
#include <vector>

namespace sluice::commerce {

namespace {

/// What the sequencer has looked at since the instance was opened.
std::uint64_t taken_in(const InstanceCounts& counts) {
    return counts.released + counts.waiting_now + counts.duplicates + counts.conflicts +
           counts.late + counts.aside;
}

}  // namespace

Result<Publishing> Publishing::resume(
    const Workspace& workspace, const Publications& publications, const ChaosPlan& plan
) {
    std::ifstream in{workspace.cursor()};
    std::string text;
    std::size_t next = 0;
    if (in && std::getline(in, text)) {
        const char* const text_end = text.data() + text.size();
        const auto [end, error] = std::from_chars(text.data(), text_end, next);
        if (error != std::errc{} || end != text_end || next > plan.deliveries().size()) {
            return Error{
                ErrorCode::kCorrupt,
                fmt::format(
                    "{} holds '{}', which is no place in this run's schedule",
                    workspace.cursor().string(),
                    text
                )};
        }
    }
    return Publishing{workspace, publications, plan, next};
}

Status Publishing::publish_batch(Instance& instance, std::size_t end) {
    std::vector<Event> events;
    events.reserve(end - next_);
    for (std::size_t at = next_; at < end; ++at) {
        events.push_back(publications_.at(plan_.deliveries()[at].publication).event);
    }
    const auto answers = instance.publish(events);
    for (std::size_t at = 0; at < answers.size(); ++at) {
        if (!answers[at].has_value()) return answers[at].error().at(events[at].id);
    }
    next_ = end;
    return write_file(workspace_.cursor(), fmt::format("{}\n", next_));
}

Result<Publishing::End> Publishing::publish(
    Instance& instance, const Progress& progress, const std::function<bool()>& cancelled
) {
    const auto& deliveries = plan_.deliveries();
    const std::size_t begun = next_;
    const std::uint64_t taken_before = taken_in(instance.counts());
    while (next_ < deliveries.size()) {
        if (cancelled()) return End::kCancelled;
        if (const Status running = instance.failure(); !running) return running.error();
        progress("publishing", next_, deliveries.size());
        const std::uint64_t ahead = next_ - begun + taken_before;
        if (ahead > taken_in(instance.counts()) + kAheadMax) {
            static_cast<void>(instance.wait_until_idle(Milliseconds{10}));
            continue;
        }
        std::size_t end = next_ + 1;  // a restart before the first has been done
        while (end < deliveries.size() && end - next_ < kBatch && !deliveries[end].restart) ++end;
        if (const Status published = publish_batch(instance, end); !published)
            return published.error();
        if (next_ < deliveries.size() && deliveries[next_].restart) return End::kRestart;
    }
    return End::kAll;
}

}  // namespace sluice::commerce
