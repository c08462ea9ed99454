#include "sim/stage.hpp"

#include "base/hash.hpp"
#include "runtime/domain/aside.hpp"
#include "runtime/domain/dispatch_tables.hpp"
#include "runtime/domain/peek.hpp"
#include "runtime/domain/topics.hpp"
#include "runtime/inspect/inspect_subject.hpp"
#include "runtime/subjects/domain_facts.hpp"
#include "sequence/ordered.hpp"
#include "sim/check.hpp"
#include "sim/cluster.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <optional>

namespace sluice::sim {

namespace {

constexpr log::ReadLimits kAll{100'000, std::size_t{1} << 30};

/// Looks at one subject, in the words of scenarios.
class Look {
public:
    Look(const History& history, Cluster& cluster, std::string subject)
        : cluster_{cluster},
          subject_{std::move(subject)},
          home_{home_of(subject_, cluster.plan().homes)} {
        for (const EventSpec& event : history.events) names_[id_of(event)] = event_name(event);
    }

    [[nodiscard]] std::vector<std::string> ordered() const {
        return read(runtime::ordered_topic(cluster_.plan().name));
    }

    [[nodiscard]] std::vector<std::string> aside() const {
        return read(runtime::aside_topic(cluster_.plan().name));
    }

    [[nodiscard]] std::vector<std::string> handled() const {
        std::vector<std::string> names;
        const auto& subjects = cluster_.effects(0).subjects;
        if (const auto found = subjects.find(subject_); found != subjects.end()) {
            for (const Effect& effect : found->second.done) names.push_back(name(effect.id));
        }
        return names;
    }

    [[nodiscard]] std::vector<std::string> waiting() const {
        std::vector<std::string> names;
        if (const auto subject = state()) {
            for (const auto& event : subject->waiting) names.push_back(name(event.arrival.id));
        }
        return names;
    }

    /// The cause for which the sequencer holds it; nothing if it does not.
    [[nodiscard]] std::vector<std::string> held() const {
        const auto subject = state();
        if (!subject || !subject->hold) return {};
        return {std::string{runtime::to_string(subject->hold->cause)}};
    }

    /// What stands in the subject's backlog in subscription "all"; its head is parked.
    [[nodiscard]] std::vector<std::string> backlog() const {
        const runtime::ScanTable scan =
            runtime::tables_of(cluster_.log(), runtime::runner_group("all"), home_);
        const auto restored = runtime::restore_dispatcher(scan, kSubscriptionNames[0], Offset{0});
        if (!restored) return {restored.error().message};
        const std::vector<std::string> all = ordered();
        std::vector<std::string> names;
        for (const auto& [subject, events] : restored.value().backlog) {
            if (subject != subject_) continue;
            for (const dispatch::RunEvent& event : events) {
                names.push_back(all[event.position.value - 1]);
            }
        }
        return names;
    }

private:
    [[nodiscard]] std::string name(const std::string& id) const {
        const auto found = names_.find(id);
        return found == names_.end() ? id : found->second;
    }

    [[nodiscard]] std::vector<std::string> read(const std::string& topic) const {
        std::vector<std::string> names;
        const auto records =
            cluster_.log().read({topic, PartitionId{home_.value}}, Offset{0}, kAll);
        if (!records) return {records.error().message};
        for (const log::StoredRecord& stored : records.value()) {
            const Record& record = stored.record;
            const auto subject = record.header("ce_subject");
            if (record.key != subject_ && subject != std::optional<std::string_view>{subject_}) {
                continue;
            }
            const bool gap = record.header("ce_type") == sequence::kGapType;
            names.push_back(gap ? "gap" : name(std::string{record.header("ce_id").value_or("?")}));
        }
        return names;
    }

    [[nodiscard]] std::optional<sequence::Subject> state() const {
        auto found =
            runtime::peek_subject(cluster_.log(), runtime::facts_of(cluster_.plan()), subject_);
        return found ? std::move(found).value() : std::nullopt;
    }

    Cluster& cluster_;
    std::string subject_;
    HomeId home_;
    std::map<std::string, std::string> names_;
};

std::vector<std::string> seen(const Look& look, const std::string& what) {
    if (what == "ordered") return look.ordered();
    if (what == "handled") return look.handled();
    if (what == "waiting") return look.waiting();
    if (what == "aside") return look.aside();
    if (what == "held") return look.held();
    return look.backlog();  // parked, backlog
}

void check(
    const Story& story, const Expectation& expected, Cluster& cluster, std::vector<std::string>& out
) {
    const Look look{story.history, cluster, expected.subject};
    std::vector<std::string> found = seen(look, expected.what);
    if (expected.what == "parked" && found.size() > 1) found.resize(1);
    if (found == expected.details) return;
    out.push_back(fmt::format(
        "line {}: {} {}: expected [{}], found [{}]",
        expected.line,
        expected.what,
        expected.subject,
        fmt::join(expected.details, " "),
        fmt::join(found, " ")
    ));
}

}  // namespace

std::vector<std::string> tell(const Story& story, Backend& backend) {
    std::vector<std::string> wrong;
    Cluster cluster{story.history, backend};
    std::size_t next = 0;
    const auto look = [&](std::size_t done) {
        for (; next < story.expectations.size() && story.expectations[next].after <= done; ++next) {
            check(story, story.expectations[next], cluster, wrong);
        }
    };
    for (std::size_t i = 0; i < story.history.actions.size(); ++i) {
        look(i);
        cluster.carry_out(story.history.actions[i]);
    }
    look(story.history.actions.size());
    cluster.settle();
    Tally tally;
    for (std::string& violation : check(story.history, cluster, tally)) {
        wrong.push_back(std::move(violation));
    }
    return wrong;
}

}  // namespace sluice::sim
