#include "sim/delivery_check.hpp"

#include "base/hash.hpp"
#include "runtime/domain/dispatch_tables.hpp"
#include "runtime/domain/topics.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace sluice::sim {

namespace {

/// A subscription's durable state, all homes together.
struct Lines {
    std::unordered_map<std::string, dispatch::Line> lines;
    std::unordered_map<std::string, std::vector<dispatch::RunEvent>> backlog;
};

Lines lines_of(Cluster& cluster, const char* subscription, Violations& violations) {
    Lines found;
    const std::string group = runtime::runner_group("all");
    for (HomeId home{0}; home.value < cluster.plan().homes; home = home.next()) {
        const runtime::ScanTable scan = [&](log::Table table, std::string_view from, std::size_t n
                                        ) {
            return cluster.log().peek(group, home, table, from, n);
        };
        auto restored = runtime::restore_dispatcher(scan, subscription, Offset{0});
        if (!restored) {
            violations.add(restored.error().message);
            continue;
        }
        for (auto& [subject, line] : restored.value().lines) found.lines.emplace(subject, line);
        for (auto& [subject, events] : restored.value().backlog) {
            found.backlog.emplace(subject, std::move(events));
        }
    }
    return found;
}

/// One subject in one subscription.
class SubjectCheck {
public:
    SubjectCheck(
        const std::string& name, const std::vector<OrderedRecord>& ordered, std::string_view wanted
    )
        : name_{name},
          ordered_{ordered} {
        for (std::size_t i = 0; i < ordered.size(); ++i) {
            if (wanted.empty() || ordered[i].type == wanted) wanted_.push_back(i);
        }
        for (const std::size_t at : wanted_) {
            const OrderedRecord& event = ordered_[at];
            const bool dead = event.invalid || event.verdict == Verdict::kDead;
            if (dead || event.verdict == Verdict::kRetryForEver) {
                stops_at_ = at;
                break;
            }
            ++handled_;
        }
    }

    void effects(const Effects::Subject* effects, bool all, Violations& violations) const {
        const std::size_t count = effects == nullptr ? 0 : effects->done.size();
        if (count > handled_) {
            violations.add(fmt::format("{}: inversion: handled past a dead event", name_));
        }
        if (all && count < handled_) {
            violations.add(
                fmt::format("{}: liveness: {} of {} events handled", name_, count, handled_)
            );
        }
        for (std::size_t i = 0; i < std::min(count, handled_); ++i) {
            const Effect& done = effects->done[i];
            if (done.position.value == wanted_[i] + 1 && done.id == ordered_[wanted_[i]].id) {
                continue;
            }
            violations.add(fmt::format(
                "{}: inversion: {} handled where {} is next",
                name_,
                done.id,
                ordered_[wanted_[i]].id
            ));
            return;
        }
    }

    void line(
        const Lines& lines,
        const Effects::Subject* effects,
        std::uint32_t attempts_max,
        Violations& violations
    ) const {
        const auto line = lines.lines.find(name_);
        if (!stops_at_) {
            if (line != lines.lines.end()) {
                violations.add(fmt::format(
                    "{}: liveness: parked at {} ({}), and nothing is dead",
                    name_,
                    line->second.head.value,
                    line->second.reason
                ));
            }
            return;
        }
        if (line == lines.lines.end() || line->second.state != dispatch::LineState::kParked ||
            line->second.head.value != *stops_at_ + 1) {
            violations.add(fmt::format("{}: backlog: not parked at {}", name_, *stops_at_ + 1));
            return;
        }
        const OrderedRecord& head = ordered_[*stops_at_];
        if (!head.invalid && head.verdict == Verdict::kRetryForEver) {
            const auto failures = effects == nullptr ? 0 : failures_of(*effects, head.id);
            if (failures < attempts_max) {
                violations.add(fmt::format("{}: parked after {} attempts", name_, failures));
            }
        }
        std::vector<std::uint64_t> behind;
        if (const auto at = lines.backlog.find(name_); at != lines.backlog.end()) {
            for (const dispatch::RunEvent& event : at->second)
                behind.push_back(event.position.value);
        }
        std::vector<std::uint64_t> due;
        for (const std::size_t at : wanted_) {
            if (at >= *stops_at_) due.push_back(at + 1);
        }
        if (behind != due) {
            violations.add(fmt::format(
                "{}: backlog: it holds {} events, and {} are due", name_, behind.size(), due.size()
            ));
        }
    }

private:
    static std::uint32_t failures_of(const Effects::Subject& effects, const std::string& id) {
        const auto found = effects.failures.find(id);
        return found == effects.failures.end() ? 0 : static_cast<std::uint32_t>(found->second);
    }

    const std::string& name_;
    const std::vector<OrderedRecord>& ordered_;
    std::vector<std::size_t> wanted_;  ///< indices; the position is one more
    std::size_t handled_{0};
    std::optional<std::size_t> stops_at_;
};

}  // namespace

void check_deliveries(
    const History& history, Cluster& cluster, const Ordered& ordered, Violations& violations
) {
    for (std::size_t s = 0; s < kSubscriptions; ++s) {
        const Effects& effects = cluster.effects(s);
        for (const std::string& text : effects.violations) violations.add(text);
        const Lines lines = lines_of(cluster, kSubscriptionNames[s], violations);
        const bool bounded = history.setup.backlog_bytes_max < (std::uint64_t{1} << 20);
        for (const auto& [subject, records] : ordered) {
            const auto found = effects.subjects.find(subject);
            const Effects::Subject* done =
                found == effects.subjects.end() ? nullptr : &found->second;
            const SubjectCheck check{subject, records, kWantedTypes[s]};
            check.effects(done, !bounded, violations);
            if (!bounded) check.line(lines, done, history.setup.attempts_max, violations);
        }
    }
}

}  // namespace sluice::sim
