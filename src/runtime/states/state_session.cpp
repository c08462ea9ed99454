#include "runtime/states/state_session.hpp"

#include "base/hash.hpp"
#include "event/view.hpp"
#include "runtime/domain/topics.hpp"
#include "runtime/states/state_tables.hpp"
#include "sequence/ordered.hpp"
#include "state/entry.hpp"

#include <algorithm>

namespace sluice::runtime {

namespace {

/// When the event happened, as it says itself.
Instant happened_at(const Record& record) {
    if (const auto said = record.header("ce_time")) {
        if (const auto time = parse_rfc3339(*said)) return time.value();
    }
    return record.time;
}

std::size_t bytes_of(const std::string& subject, const state::StateHead& head) {
    return sizeof(head) + subject.size() + head.state.size();
}

}  // namespace

Result<StateSession> StateSession::open(
    const log::Log& log,
    log::Lease& lease,
    std::string domain,
    state::StateFold& fold,
    std::uint64_t reducer
) {
    StateSession session{log, lease, std::move(domain), fold, reducer};
    for (const HomeId home : lease.homes()) {
        if (const Status restored = session.restore(home); !restored) return restored.error();
    }
    return session;
}

log::PartitionRef StateSession::ordered(HomeId home) const {
    return {ordered_topic(domain_), PartitionId{home.value}};
}

Status StateSession::restore(HomeId id) {
    const auto ends = log_->ends(ordered(id));
    if (!ends) return ends.error();
    Home home{id, ends->first, true, {}};
    const auto until = lease_->get(id, table::kStatesProgress, kStatesUntil);
    if (!until) return until.error();
    if (until.value()) {
        const auto next = decode_states_until(*until.value());
        if (!next) return next.error();
        const auto stored = lease_->get(id, table::kStatesProgress, kStatesReducer);
        if (!stored) return stored.error();
        std::uint64_t made_by = 0;
        if (stored.value()) {
            const auto fingerprint = decode_states_reducer(*stored.value());
            if (!fingerprint) return fingerprint.error();
            made_by = fingerprint.value();
        }
        if (stored.value() && made_by == reducer_) {
            home.fresh = false;
            home.next = std::max(next.value(), ends->first);
        } else {
            home.walk.trimmed(ends->first);
            home.walk.renew();
        }
    }
    homes_.push_back(std::move(home));
    return ok();
}

Result<bool> StateSession::step() {
    log::Step step;
    const bool due = std::any_of(homes_.begin(), homes_.end(), [](const Home& home) {
        return home.walk.is_due();
    });
    const bool walks = due && std::exchange(walks_next_, !walks_next_);
    for (Home& home : homes_) {
        if (home.walk.is_renewing() || (walks && home.walk.is_due())) {
            const bool renews = home.walk.is_renewing();
            if (renews) {  // whoever looks on sees that they are made anew
                const std::string from = encode_states_until(home.next);
                step.changes.push_back(
                    {home.id, table::kStatesProgress, std::string{kStatesUntil}, from}
                );
                step.changes.push_back(
                    {home.id, table::kStatesProgress, std::string{kStatesReducer}, std::nullopt}
                );
            }
            const auto forget = [this](std::string_view subject) {
                heads_.erase(std::string{subject});
            };
            const Status walked = home.walk.go_on(*lease_, home.id, forget, step);
            if (!walked) return walked.error();
        } else if (!walks) {
            if (const Status folded = fold_on(home, step); !folded) return folded.error();
        }
    }
    return commit(std::move(step));
}

Result<bool> StateSession::commit(log::Step step) {
    if (step.changes.empty()) {
        return std::any_of(homes_.begin(), homes_.end(), [](const Home& home) {
            return home.walk.is_due();
        });
    }
    step.homes.assign(lease_->homes().begin(), lease_->homes().end());
    const auto written = lease_->commit(std::move(step));
    if (!written) return written.error();
    return true;
}

Status StateSession::fold_on(Home& home, log::Step& step) {
    Offset next = home.next;
    auto all = read_on(home, next);
    if (!all) return all.error();
    if (home.fresh) {
        step.changes.push_back(
            {home.id,
             table::kStatesProgress,
             std::string{kStatesReducer},
             encode_states_reducer(reducer_)}
        );
    } else if (next == home.next) {
        return ok();
    }
    home.fresh = false;
    home.next = next;
    step.changes.push_back(
        {home.id, table::kStatesProgress, std::string{kStatesUntil}, encode_states_until(next)}
    );
    return fold_all(home.id, all.value(), step);
}

Result<StateSession::BySubject> StateSession::read_on(Home& home, Offset& next) {
    const log::PartitionRef from = ordered(home.id);
    const auto ends = log_->ends(from);
    if (!ends) return ends.error();
    home.walk.trimmed(ends->first);
    next = std::max(next, ends->first);
    BySubject all;
    std::size_t records = 0;
    std::size_t bytes = 0;
    while (records < kStepRecords && bytes < kStepBytes) {
        auto read = log_->read(from, next, {});
        if (!read) return read.error();
        if (read->next() == next) break;
        for (log::StoredRecord& stored : read.value()) {
            ++records;
            bytes += stored.record.size_bytes();
            if (!stored.record.header(sequence::kFactsHeader)) continue;
            auto facts = sequence::facts_of(stored.record);
            if (!facts) return facts.error();
            std::string subject = facts->subject;
            all[std::move(subject)].push_back({std::move(stored), std::move(facts).value()});
        }
        next = read->next();
    }
    return all;
}

/// In rounds, the next event of every subject in each: what is folded together is independent.
Status StateSession::fold_all(HomeId home, const BySubject& all, log::Step& step) {
    if (heads_bytes_ > kHeadsBytesMax) {
        heads_.clear();
        heads_bytes_ = 0;
    }
    std::vector<Line> lines;
    for (const auto& [subject, due] : all) {
        const auto head = head_of(home, subject);
        if (!head) return head.error();
        lines.push_back({&subject, head.value(), due});
    }
    while (true) {
        std::vector<state::Next> round;
        std::erase_if(lines, [](Line& line) { return !line.has_next(); });
        if (lines.empty()) return ok();
        for (const Line& line : lines) {
            round.push_back({line.head->state, &line.due.front().stored.record});
        }
        auto folded = fold_->fold(round);
        if (!folded) return folded.error();
        for (std::size_t at = 0; at < lines.size(); ++at) {
            step.changes.push_back(advance(home, lines[at], std::move(folded.value()[at])));
        }
    }
}

/// What lies below the head was the base of a subject that is folded anew.
bool StateSession::Line::has_next() {
    while (!due.empty() && due.front().facts.position <= head->position) due = due.subspan(1);
    return !due.empty();
}

log::StateChange StateSession::advance(HomeId home, Line& line, state::Folded folded) {
    const Due& due = line.due.front();
    const Record& record = due.stored.record;
    const state::Passed passed{
        due.facts.position,
        due.stored.offset,
        happened_at(record),
        due.facts.released_at,
        hash64(record.header("ce_id").value_or("")),
        due.facts.closes};
    heads_bytes_ -= line.head->state.size();
    const state::StateEntry entry = state::advance(*line.head, passed, std::move(folded));
    heads_bytes_ += line.head->state.size();
    line.due = line.due.subspan(1);
    return {
        home,
        table::kStates,
        state::entry_key(*line.subject, passed.position),
        state::encode_entry(entry)};
}

Result<state::StateHead*> StateSession::head_of(HomeId home, const std::string& subject) {
    const auto known = heads_.find(subject);
    if (known != heads_.end()) return &known->second;
    const std::string prefix = state::entry_prefix(subject);
    const auto page = lease_->scan(home, table::kStates, prefix, state::kWholeEvery);
    if (!page) return page.error();
    std::vector<state::StateEntry> way;
    Position newest;
    for (const auto& [key, value] : page.value()) {
        if (!key.starts_with(prefix)) break;
        const auto parsed = state::parse_entry_key(key);
        if (!parsed) return parsed.error();
        if (way.empty()) newest = parsed->position;
        auto entry = state::decode_entry(value);
        if (!entry) return entry.error();
        way.push_back(std::move(entry).value());
        if (way.back().whole) break;
    }
    state::StateHead head;
    if (!way.empty()) {
        auto restored = state::head_of(newest, way);
        if (!restored) return restored.error();
        head = std::move(restored).value();
    }
    heads_bytes_ += bytes_of(subject, head);
    return &heads_.emplace(subject, std::move(head)).first->second;
}

}  // namespace sluice::runtime
