#include "doctor/group_watch.hpp"

#include "lag/window.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <thread>
#include <utility>

namespace sluice::doctor {

namespace {

using log::PartitionRef;
using log::kafka::GroupFact;
using log::kafka::RecordReader;
using log::kafka::Surveyor;

constexpr int kLooks = 3;

struct Watched {
    GroupSeen seen;
    std::map<PartitionRef, lag::Window> windows;
};

/// Ends of partitions, each asked for once in a look.
class EndsOfNow {
public:
    explicit EndsOfNow(const Surveyor& surveyor) : surveyor_{surveyor} {}

    /// Nothing: it cannot be told.
    [[nodiscard]] std::optional<Offset> end_of(const PartitionRef& of) {
        const auto known = ends_.find(of);
        if (known != ends_.end()) return known->second;
        const auto ends = surveyor_.ends(of);
        return ends_[of] = ends ? std::optional{ends->committed} : std::nullopt;
    }

private:
    const Surveyor& surveyor_;
    std::map<PartitionRef, std::optional<Offset>> ends_;
};

void look(
    const Surveyor& surveyor,
    Watched& watched,
    const std::set<std::string>& topics,
    EndsOfNow& ends,
    Instant now
) {
    GroupSeen& seen = watched.seen;
    const auto committed = surveyor.committed(seen.fact.name);
    if (!committed) return;
    seen.fact.committed.clear();
    seen.lag_by_topic.clear();
    seen.lag = 0;
    for (const auto& [of, offset] : committed.value()) {
        if (!topics.contains(of.topic)) continue;
        seen.fact.committed[of] = offset;
        const auto end = ends.end_of(of);
        if (!end) continue;
        const std::int64_t lag = std::max<std::int64_t>(end->value - offset.value, 0);
        seen.lag += lag;
        seen.lag_by_topic[of.topic] += lag;
        const Instant alive_at = seen.fact.members.empty() ? Instant{} : now;
        lag::WindowOptions options;
        options.samples = kLooks;
        watched.windows.try_emplace(of, options).first->second.add({now, alive_at, offset, lag});
    }
}

/// More offsets than this hold more than marks.
constexpr std::int64_t kMarksMax = 64;

/// A consumer stands before the mark of the last transaction, which nobody reads: that is no lag.
void forget_marks(Watched& watched, EndsOfNow& ends, RecordReader& reader) {
    GroupSeen& seen = watched.seen;
    std::vector<RecordReader::Range> doubtful;
    for (const auto& [of, offset] : seen.fact.committed) {
        const auto end = ends.end_of(of);
        if (!end || *end <= offset || end->value - offset.value > kMarksMax) continue;
        doubtful.push_back({of, offset, *end});
    }
    std::set<PartitionRef> holding;
    const Status read =
        reader.read(doubtful, [&](const PartitionRef& of, const log::StoredRecord&) {
            holding.insert(of);
            return ok();
        });
    if (!read) return;  // it stays lag
    for (const RecordReader::Range& range : doubtful) {
        if (holding.contains(range.of)) continue;
        const std::int64_t marks = range.to.value - range.from.value;
        seen.lag -= marks;
        seen.lag_by_topic[range.of.topic] -= marks;
        watched.windows.erase(range.of);
    }
}

}  // namespace

std::vector<GroupSeen> watch_groups(
    const Surveyor& surveyor,
    std::vector<GroupFact> groups,
    const std::vector<std::string>& topics,
    Milliseconds watch,
    const Clock& clock,
    RecordReader& reader
) {
    const std::set<std::string> ours{topics.begin(), topics.end()};
    std::vector<Watched> all;
    for (GroupFact& group : groups)
        all.push_back({{std::move(group), 0, {}, lag::Verdict::kOk}, {}});
    const int looks = watch > Milliseconds{0} ? kLooks : 1;
    for (int at = 0; at < looks; ++at) {
        const auto pause = watch / std::max(looks - 1, 1);
        if (at > 0) std::this_thread::sleep_for(pause);  // NOLINT(*): time is what is looked at
        EndsOfNow ends{surveyor};
        for (Watched& one : all) look(surveyor, one, ours, ends, clock.now());
        for (Watched& one : all) {
            if (at == looks - 1) forget_marks(one, ends, reader);
        }
        std::erase_if(all, [](const Watched& one) { return one.seen.fact.committed.empty(); });
    }
    std::vector<GroupSeen> seen;
    for (Watched& one : all) {
        lag::Verdict worst = lag::Verdict::kOk;
        for (const auto& [of, window] : one.windows) worst = std::max(worst, window.verdict());
        one.seen.verdict = lag::verdict_of(worst, {one.seen.lag, 0, 0});
        seen.push_back(std::move(one.seen));
    }
    return seen;
}

}  // namespace sluice::doctor
