#include "log/kafka/lease.hpp"

#include "base/clock.hpp"
#include "base/point.hpp"
#include "log/checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace sluice::log::kafka {

namespace {

bool consumes(const Step& step, const PartitionRef& from) {
    return std::any_of(step.consumed.begin(), step.consumed.end(), [&](const Consumed& one) {
        return one.from == from;
    });
}

}  // namespace

Result<std::unique_ptr<Lease>> KafkaLease::open(
    const Parts& parts, Group& group, std::vector<HomeId> homes
) {
    auto tenure = group.take(std::move(homes));
    if (!tenure) return tenure.error();
    std::unique_ptr<KafkaLease> lease{new KafkaLease{parts, group, std::move(tenure.value())}};
    if (const Status opened = lease->open_all(); !opened) return opened.error();
    return std::unique_ptr<Lease>{std::move(lease)};
}

KafkaLease::KafkaLease(const Parts& parts, Group& group, std::shared_ptr<Tenure> tenure)
    : parts_{parts},
      group_{group},
      tenure_{std::move(tenure)},
      transactional_id_{group.transactional_id(*tenure_)},
      spec_{group.spec()} {}

KafkaLease::~KafkaLease() {
    transactions_.reset();  // before another may use its id
    group_.give_back(tenure_);
}

Status KafkaLease::open_all() {
    auto transactions = Transactions::open(parts_.options, parts_.topics, transactional_id_);
    if (!transactions) return transactions.error();
    transactions_ = std::move(transactions.value());
    auto taken = take_over(parts_, group_, *tenure_);
    if (!taken) return taken.error();
    taken_ = std::move(taken.value());
    for (const auto& [home, one] : taken_) {
        const auto state = state_partition(parts_, group_, home);
        if (!state) return state.error();
        snapshots_.try_emplace(
            home,
            parts_.snapshots,
            parts_.options.cluster.snapshots,
            one.snapshots,
            one.snapshot,
            SystemClock{}.now()
        );
        state_.emplace(home, state.value());
        if (!one.torn || !parts_.options.notice) continue;
        parts_.options.notice(fmt::format(
            "group {}: the last step of home {} is not where its offsets say: a torn transaction; "
            "its input is read again from {} s before now",
            group_.name(),
            home.value,
            parts_.options.rewind.count() / 1'000
        ));
    }
    return tenure_->check();
}

Status KafkaLease::check(HomeId home) const {
    if (!taken_.contains(home)) {
        return Error{
            ErrorCode::kInvalidArgument,
            fmt::format("home {} is not one of this lease's", home.value)};
    }
    return tenure_->check();
}

Status KafkaLease::locate(const Step& step) const {
    for (const Append& append : step.appends) {
        if (Status there = parts_.topics.locate(append.to); !there) return there;
    }
    for (const Consumed& consumed : step.consumed) {
        if (Status there = parts_.topics.locate(consumed.from); !there) return there;
    }
    return ok();
}

Result<std::vector<Offset>> KafkaLease::commit(Step step) {
    const Status valid = validate(step, tenure_->homes, parts_.options.record_bytes_max);
    if (!valid) return valid.error();
    const std::lock_guard turn{tenure_->turn};
    if (const Status held = tenure_->check(); !held) return held.error();
    const std::vector<Consumed> folded = hold_folded(step, SystemClock{}.now());
    if (step.empty() && folded.empty()) return std::vector<Offset>{};
    if (const Status there = locate(step); !there) return there.error();
    const Written written = written_by(step);
    const bool counts = !written.appends.empty();
    auto offsets =
        transactions_->write(written.appends, offsets_of(step, counts), tenure_->group.get());
    if (!offsets) {
        tenure_->end();
        return offsets.error();
    }
    SLUICE_POINT("kafka.committed");
    if (const Status kept = done(step, written, offsets.value()); !kept) {
        tenure_->end();
        return kept.error();
    }
    keep_snapshots(step, written, folded);
    return offsets;
}

/// Of what the step says of folds, what may be committed: up to where snapshots cover them. A
/// snapshot that has become whole is referred to by the step. Answers what it said.
std::vector<Consumed> KafkaLease::hold_folded(Step& step, Instant now) {
    const auto held = std::stable_partition(
        step.consumed.begin(), step.consumed.end(), [](const Consumed& one) { return !one.folded; }
    );
    std::vector<Consumed> folded(held, step.consumed.end());
    step.consumed.erase(held, step.consumed.end());
    for (const HomeId home : step.homes) {
        SnapshotKeeper& keeper = snapshots_.at(home);
        keeper.look(now);
        if (auto reference = keeper.reference(taken_.at(home).mark.step + 1)) {
            step.changes.push_back(std::move(*reference));
            for (const auto& [from, next] : keeper.covered()) {
                step.consumed.push_back({home, from, next});
            }
        } else if (keeper.is_first()) {  // retention is to take nothing
            for (const Consumed& one : folded) {
                if (one.home == home) step.consumed.push_back({home, one.from, Offset{0}});
            }
        }
    }
    return folded;
}

/// What the state topic gets: tables that are not a fold, and a number for each home, by which the
/// next owner knows whether it finds the last step.
KafkaLease::Written KafkaLease::written_by(Step& step) const {
    Written written;
    written.appends = std::move(step.appends);
    written.own_appends = written.appends.size();
    for (const Append& append : written.appends) written.own_records += append.records.size();
    for (StateChange& change : step.changes) {
        const HomeId home = change.home;
        written.changes[home].push_back(std::move(change));
    }
    const bool kept =
        std::any_of(written.changes.begin(), written.changes.end(), [](const auto& of) {
            return std::any_of(of.second.begin(), of.second.end(), [](const StateChange& change) {
                return change.table.restore == Restore::kChangelog;
            });
        });
    if (written.appends.empty() && !kept) return written;
    const Instant now = SystemClock{}.now();
    for (const HomeId home : step.homes) {
        Append state{state_.at(home), {}};
        for (const StateChange& change : written.changes[home]) {
            if (change.table.restore != Restore::kChangelog) continue;
            const std::string key = encode_state_key({home, change.table.id, change.key});
            state.records.push_back({key, change.value, {}, now});
        }
        const std::string step_key = encode_state_key({home, kOwnTable, kStepKey});
        const std::uint64_t number = taken_.at(home).mark.step + 1;
        state.records.push_back({step_key, encode_step(number), {}, now});
        written.appends.push_back(std::move(state));
    }
    return written;
}

std::vector<OffsetCommit> KafkaLease::offsets_of(const Step& step, bool counts) const {
    std::map<PartitionRef, OffsetCommit> by_partition;
    if (spec_) {
        for (const HomeId home : step.homes) {
            const TakenHome& one = taken_.at(home);
            const PartitionRef from{spec_->home_topic, PartitionId{home.value}};
            const bool read = one.home_read || consumes(step, from);
            const CommitMark mark{one.mark.step + (counts ? 1 : 0), transactional_id_, !read};
            by_partition[from] = {from, one.home_next, encode_mark(mark)};
        }
    }
    for (const Consumed& consumed : step.consumed) {
        OffsetCommit& one = by_partition[consumed.from];
        one.from = consumed.from;
        one.next = consumed.next;
    }
    std::vector<OffsetCommit> offsets;
    for (auto& [from, one] : by_partition) offsets.push_back(std::move(one));
    return offsets;
}

/// The commit is certain: the copy, and what this process knows, follow.
Status KafkaLease::done(const Step& step, const Written& written, std::vector<Offset>& offsets) {
    told(written, offsets);
    const Instant now = SystemClock{}.now();
    std::size_t at = written.own_records;
    for (std::size_t i = written.own_appends; i < written.appends.size(); ++i) {
        TakenHome& one = taken_.at(step.homes[i - written.own_appends]);
        at += written.appends[i].records.size();
        one.mark.state = offsets[at - 1].next();
        ++one.mark.step;
    }
    const bool counted = written.appends.size() > written.own_appends;
    for (const HomeId home : step.homes) {
        const auto changed = written.changes.find(home);
        if (!counted && changed == written.changes.end()) continue;
        CacheMark& mark = taken_.at(home).mark;
        mark.folds = mark.step;
        mark.written = now;
        auto copy = parts_.cache.home(group_.name(), home);
        std::span<const StateChange> changes;
        if (changed != written.changes.end()) changes = changed->second;
        if (Status kept = copy.write(changes, mark); !kept) return kept;
    }
    for (const Consumed& consumed : step.consumed) {
        consumed_[consumed.from] = consumed.next;
        group_.offsets().moved(consumed.from, consumed.next);
        if (!spec_ || consumed.from.topic != spec_->home_topic) continue;
        const auto home = taken_.find(HomeId{consumed.from.partition.value});
        if (home == taken_.end()) continue;
        home->second.home_next = consumed.next;
        home->second.home_read = true;
    }
    offsets.resize(written.own_records);
    return ok();
}

void KafkaLease::keep_snapshots(
    const Step& step, const Written& written, std::span<const Consumed> folded
) {
    std::map<HomeId, std::size_t> bytes;
    for (std::size_t i = 0; i < written.own_appends; ++i) {
        const Append& append = written.appends[i];
        std::size_t& of_home = bytes[HomeId{append.to.partition.value}];
        for (const Record& record : append.records) of_home += record.size_bytes();
    }
    const Instant now = SystemClock{}.now();
    for (const HomeId home : step.homes) {
        const auto copy = parts_.cache.home(group_.name(), home);
        snapshots_.at(home).committed(bytes[home], folded, copy, now);
    }
}

void KafkaLease::told(const Written& written, const std::vector<Offset>& offsets) const {
    std::size_t at = 0;
    for (const Append& append : written.appends) {
        at += append.records.size();
        parts_.streams.written(append.to, offsets[at - 1].next());
    }
    if (written.own_records > 0) parts_.changed.bump();
}

Result<std::optional<Offset>> KafkaLease::consumed(HomeId home, const PartitionRef& from) const {
    if (const Status held = check(home); !held) return held.error();
    if (const Status there = parts_.topics.locate(from); !there) return there.error();
    if (const auto known = consumed_.find(from); known != consumed_.end()) return known->second;
    const auto answer = group_.offsets().ask(std::array{from});
    if (!answer) return answer.error();
    std::optional<Offset> next;
    if (answer.value().front()) next = answer.value().front()->consumed();
    if (next && taken_.at(home).torn) {
        const Instant before = SystemClock{}.now() + -parts_.options.rewind;
        const auto earlier = parts_.watermarks.at_time(from, before);
        if (!earlier) return earlier.error();
        next = std::min(*next, earlier.value());
    }
    consumed_[from] = next;
    return next;
}

Result<std::optional<std::string>> KafkaLease::get(HomeId home, Table table, std::string_view key)
    const {
    if (const Status held = check(home); !held) return held.error();
    auto found = parts_.cache.home(group_.name(), home).get(table, key);
    if (const Status held = tenure_->check(); !held) return held.error();  // none is an heir's
    return found;
}

Result<Entries> KafkaLease::scan(HomeId home, Table table, std::string_view from, std::size_t limit)
    const {
    if (const Status held = check(home); !held) return held.error();
    auto found = parts_.cache.home(group_.name(), home).scan(table, from, limit);
    if (const Status held = tenure_->check(); !held) return held.error();  // as in `get`
    return found;
}

}  // namespace sluice::log::kafka
