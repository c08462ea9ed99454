#include "runtime/inspect/trail_keeper.hpp"

#include "runtime/domain/retry_open.hpp"

#include <algorithm>
#include <chrono>
#include <string_view>
#include <thread>

namespace sluice::runtime {

namespace {

constexpr std::chrono::milliseconds kPause{100};  // between two steps: a write for many records
constexpr std::chrono::milliseconds kLookForEntries{500};

/// An event's; of a command, the one that it is about.
std::string_view subject_of(const Record& record) {
    if (record.key && !record.key->empty()) return *record.key;
    return record.header("ce_subject").value_or("");
}

}  // namespace

Result<TrailSession> TrailSession::open(
    const log::Log& log, log::Lease& lease, std::string domain
) {
    TrailSession session{log, lease, std::move(domain)};
    for (const HomeId home : lease.homes()) {
        if (const Status restored = session.restore(home); !restored) return restored.error();
    }
    return session;
}

Status TrailSession::restore(HomeId id) {
    Home home{id, {}, {}};
    for (const TrailTopic topic : kTrailTopics) {
        const auto ends = log_->ends({trail_topic(topic, domain_), PartitionId{id.value}});
        if (!ends) return ends.error();
        const Offset first = ends.value().first;
        const auto stored = lease_->get(id, table::kTrailedUntil, until_key(topic));
        if (!stored) return stored.error();
        Offset next = first;
        if (stored.value()) {
            const auto until = decode_until(*stored.value());
            if (!until) return until.error();
            next = std::max(until.value(), first);
        }
        home.topics.push_back({topic, next, first, first});
    }
    homes_.push_back(std::move(home));
    return ok();
}

Result<bool> TrailSession::step() {
    log::Step step;
    for (Home& home : homes_) {
        std::size_t records = 0;
        for (Followed& followed : home.topics) {
            if (records >= kStepRecords) break;
            const auto read = read_on(home, followed, step);
            if (!read) return read.error();
            records += read.value();
        }
        if (const Status walked = walk(home, step); !walked) return walked.error();
    }
    if (step.changes.empty()) return false;
    step.homes.assign(lease_->homes().begin(), lease_->homes().end());
    const auto written = lease_->commit(std::move(step));
    if (!written) return written.error();
    return true;
}

Result<std::size_t> TrailSession::read_on(Home& home, Followed& followed, log::Step& step) {
    const log::PartitionRef from{trail_topic(followed.topic, domain_), PartitionId{home.id.value}};
    const auto ends = log_->ends(from);
    if (!ends) return ends.error();
    followed.first = ends.value().first;
    Offset next = std::max(followed.next, followed.first);
    std::size_t records = 0;
    Found found;
    while (records < kStepRecords) {
        const auto read = log_->read(from, next, {});
        if (!read) return read.error();
        if (read.value().next() == next) break;
        for (const log::StoredRecord& stored : read.value()) {
            const std::string_view subject = subject_of(stored.record);
            if (subject.empty()) continue;
            found[trail_prefix(subject, followed.topic)].push_back(stored.offset);
        }
        records += read.value().size();
        next = read.value().next();
    }
    if (next == followed.next) return records;
    followed.next = next;
    for (const auto& [prefix, offsets] : found) {
        step.changes.push_back(
            {home.id, table::kTrails, trail_key(prefix, offsets.front()), encode_trail(offsets)}
        );
    }
    step.changes.push_back(
        {home.id, table::kTrailedUntil, until_key(followed.topic), encode_until(next)}
    );
    return records;
}

/// Takes away what leads to records that are no more.
Status TrailSession::walk(Home& home, log::Step& step) {
    if (home.walk_at.empty()) {
        const bool trimmed =
            std::any_of(home.topics.begin(), home.topics.end(), [](const Followed& one) {
                return one.first > one.walked_from;
            });
        if (!trimmed) return ok();
        for (Followed& one : home.topics) one.walked_from = one.first;
        home.walk_at = std::string(1, '\0');
    }
    const auto page = lease_->scan(home.id, table::kTrails, home.walk_at, kWalkKeys);
    if (!page) return page.error();
    for (const auto& [key, value] : page.value()) {
        const auto parsed = parse_trail_key(key);
        if (!parsed) return parsed.error();
        const auto offsets = decode_trail(key, value);
        if (!offsets) return offsets.error();
        const auto of = std::find_if(home.topics.begin(), home.topics.end(), [&](const auto& one) {
            return one.topic == parsed.value().topic;
        });
        if (offsets.value().back() >= of->first) continue;
        step.changes.push_back({home.id, table::kTrails, key, std::nullopt});
    }
    const bool at_end = page.value().size() < kWalkKeys;
    home.walk_at = at_end ? std::string{} : page.value().back().first + '\0';
    return ok();
}

Status TrailKeeper::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        const Status ended = run_reopening(log_, stop, [&] { return run_session(stop); });
        if (!ended) return ended;
    }
    return ok();
}

/// Until the stop, or until its homes are others.
Status TrailKeeper::run_session(const std::stop_token& stop) {
    const std::uint64_t before = log_.version();
    const log::Share share = membership_.share();
    if (share.homes.empty()) {
        log_.wait_for_change(before, kLookForEntries);
        return ok();
    }
    const auto lease = log_.take(trail_group(domain_), share.homes);
    if (!lease) return lease.error();
    auto session = TrailSession::open(log_, *lease.value(), domain_);
    if (!session) return session.error();
    while (!stop.stop_requested() && membership_.round() == share.round) {
        const std::uint64_t seen = log_.version();
        const auto next = std::chrono::steady_clock::now() + kPause;
        const auto moved = session.value().step();
        if (!moved) return moved.error();
        if (!moved.value()) log_.wait_for_change(seen, kLookForEntries);
        std::this_thread::sleep_until(next);
    }
    return ok();
}

}  // namespace sluice::runtime
