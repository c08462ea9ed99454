#include "sim/broker.hpp"

#include "base/assert.hpp"
#include "log/checks.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::sim {

namespace {

constexpr std::size_t kRecordBytesMax = std::size_t{1} << 20;

Error no_such(const log::PartitionRef& of) {
    return {
        ErrorCode::kNotFound,
        fmt::format("{}/{}: no such partition", of.topic, of.partition.value)};
}

Error answer_lost() {
    return {ErrorCode::kUnavailable, "the answer to the commit was lost"};
}

bool share_a_home(const std::vector<HomeId>& a, const std::vector<HomeId>& b) {
    return std::any_of(a.begin(), a.end(), [&b](HomeId home) {
        return std::find(b.begin(), b.end(), home) != b.end();
    });
}

}  // namespace

// ---- topics -------------------------------------------------------------------------------------

Status Broker::create_topic(const log::TopicSpec& spec) {
    if (Status valid = log::validate(spec); !valid) return valid;
    Topic& topic = topics_[spec.name];
    if (topic.partitions.empty()) topic.partitions.resize(spec.partitions);
    if (topic.partitions.size() == spec.partitions) return ok();
    return Error{ErrorCode::kConflict, spec.name + ": has another number of partitions"};
}

std::optional<log::TopicSpec> Broker::topic(std::string_view name) const {
    const auto found = topics_.find(name);
    if (found == topics_.end()) return std::nullopt;
    return log::TopicSpec{
        found->first, static_cast<std::uint32_t>(found->second.partitions.size())};
}

std::vector<log::TopicSpec> Broker::topics() const {
    std::vector<log::TopicSpec> all;
    for (const auto& [name, topic] : topics_) {
        all.push_back({name, static_cast<std::uint32_t>(topic.partitions.size())});
    }
    return all;
}

const Broker::Partition* Broker::find(const log::PartitionRef& of) const {
    const auto found = topics_.find(of.topic);
    if (found == topics_.end() || of.partition.value >= found->second.partitions.size()) {
        return nullptr;
    }
    return &found->second.partitions[of.partition.value];
}

Result<log::Ends> Broker::ends(const log::PartitionRef& of) const {
    const Partition* partition = find(of);
    if (partition == nullptr) return no_such(of);
    return log::Ends{
        Offset{partition->first},
        Offset{partition->committed},
        Offset{static_cast<std::int64_t>(partition->slots.size())}};
}

Result<log::Records> Broker::read(
    const log::PartitionRef& of, Offset from, const log::ReadLimits& limits
) const {
    const Partition* partition = find(of);
    if (partition == nullptr) return no_such(of);
    if (from.value < partition->first ||
        from.value > static_cast<std::int64_t>(partition->slots.size())) {
        return Error{
            ErrorCode::kNotFound,
            fmt::format("{}/{}: offset {} is not there", of.topic, of.partition.value, from.value)};
    }
    std::vector<log::StoredRecord> records;
    std::size_t bytes = 0;
    std::int64_t at = from.value;
    for (; at < partition->committed; ++at) {
        const Slot& slot = partition->slots[static_cast<std::size_t>(at)];
        if (slot.seen == Seen::kNever) continue;
        if (records.size() >= limits.records_max || bytes >= limits.bytes_max) break;
        bytes += slot.record.size_bytes();
        records.push_back({Offset{at}, slot.record});
    }
    return log::Records{std::move(records), Offset{at}};
}

Result<std::vector<Offset>> Broker::publish(std::vector<log::Append> appends) {
    if (const Status valid = log::validate(appends, kRecordBytesMax); !valid) return valid.error();
    for (const log::Append& append : appends) {
        if (find(append.to) == nullptr) return no_such(append.to);
    }
    std::vector<Offset> offsets;
    for (log::Append& one : appends) {
        const std::size_t count = one.records.size();
        Offset at = append(std::move(one), Seen::kYes);
        for (std::size_t i = 0; i < count; ++i, at = at.next()) offsets.push_back(at);
    }
    ++version_;
    return offsets;
}

Status Broker::trim(const log::PartitionRef& of, Offset below) {
    const Partition* found = find(of);
    if (found == nullptr) return no_such(of);
    if (below.value > found->committed) {
        return Error{ErrorCode::kInvalidArgument, of.topic + ": trim above what is committed"};
    }
    Partition& partition = topics_.find(of.topic)->second.partitions[of.partition.value];
    partition.first = std::max(partition.first, below.value);
    return ok();
}

Offset Broker::append(log::Append append, Seen seen) {
    Partition& partition =
        topics_.find(append.to.topic)->second.partitions[append.to.partition.value];
    const Offset first{static_cast<std::int64_t>(partition.slots.size())};
    for (Record& record : append.records) partition.slots.push_back({std::move(record), seen});
    settle(partition);
    return first;
}

/// The control record that ends a transaction in a partition.
void Broker::control(const log::PartitionRef& to) {
    if (!markers_) return;
    Partition& partition = topics_.find(to.topic)->second.partitions[to.partition.value];
    partition.slots.push_back({{}, Seen::kNever});
    settle(partition);
}

void Broker::settle(Partition& partition) {
    const auto end = static_cast<std::int64_t>(partition.slots.size());
    while (partition.committed < end &&
           partition.slots[static_cast<std::size_t>(partition.committed)].seen != Seen::kPending) {
        ++partition.committed;
    }
}

// ---- groups -------------------------------------------------------------------------------------

Broker::Group& Broker::group(std::string_view name) {
    return groups_[std::string{name}];
}

const Broker::Group* Broker::group(std::string_view name) const {
    const auto found = groups_.find(name);
    return found == groups_.end() ? nullptr : &found->second;
}

std::vector<std::uint64_t> Broker::take(std::string_view name, const std::vector<HomeId>& homes) {
    Group& taken = group(name);
    show_pending_of(name, homes);
    std::vector<std::uint64_t> epochs;
    for (const HomeId home : homes) {
        epochs.push_back(taken.epochs[home] = ++epoch_);
        for (const auto& [from, before] : taken.rewind[home]) {
            if (before) {
                taken.consumed[from] = *before;
            } else {
                taken.consumed.erase(from);
            }
        }
        taken.rewind.erase(home);
    }
    ++version_;
    return epochs;
}

Status Broker::held(
    std::string_view name,
    const std::vector<HomeId>& leased,
    const std::vector<std::uint64_t>& epochs
) const {
    const Group* owner = group(name);
    for (std::size_t i = 0; owner != nullptr && i < leased.size(); ++i) {
        const auto now = owner->epochs.find(leased[i]);
        if (now == owner->epochs.end() || now->second == epochs[i]) continue;
        return Error{
            ErrorCode::kFenced, fmt::format("{}: home {} was taken", name, leased[i].value)};
    }
    return ok();
}

Result<std::vector<Offset>> Broker::commit(
    std::string_view name,
    const std::vector<HomeId>& leased,
    const std::vector<std::uint64_t>& epochs,
    log::Step step,
    Fate fate,
    std::uint64_t entropy
) {
    Group& owner = group(name);
    if (const Status holds = held(name, leased, epochs); !holds) {
        ++fenced_;
        return holds.error();
    }
    if (const Status valid = log::validate(step, leased, kRecordBytesMax); !valid) {
        return valid.error();
    }
    for (const log::Append& append : step.appends) {
        if (find(append.to) == nullptr) return no_such(append.to);
    }
    show_pending_of(name, leased);
    if (fate == Fate::kLost) return answer_lost();

    const bool torn = fate == Fate::kTorn;
    const bool late = fate == Fate::kLate || fate == Fate::kLateAnswerLost;
    bool offsets_lost = torn && entropy % 2 == 0;
    const auto home_lost = [&](HomeId home) {
        return torn && ((entropy >> (8 + home.value % 40)) & 1U) != 0;
    };
    if (torn) ++torn_;
    if (fate != Fate::kDone && fate != Fate::kLate && markers_) note_rewind(owner, step.consumed);
    std::vector<Offset> offsets;
    for (log::Append& one : step.appends) {
        const log::PartitionRef to = one.to;
        const HomeId home{to.partition.value};
        const bool own = std::find(leased.begin(), leased.end(), home) != leased.end();
        const bool forwards = to.topic.find("repartition") != std::string::npos;
        const bool lost = home_lost(home);
        const std::size_t count = one.records.size();
        // What was lost on its way to another home is read again: nobody can tell it is missing.
        if (lost && (forwards || !own)) offsets_lost = true;
        const Offset first =
            append(std::move(one), lost ? Seen::kNever : (late ? Seen::kPending : Seen::kYes));
        for (std::size_t i = 0; i < count; ++i) {
            offsets.push_back(Offset{first.value + static_cast<std::int64_t>(i)});
        }
        if (late) {
            const auto end = static_cast<std::int64_t>(find(to)->slots.size());
            pending_.push_back(
                {leased, std::string{name}, to.topic, to.partition.value, first.value, end, {}}
            );
        }
        if (!late) control(to);
    }
    for (const log::StateChange& change : step.changes) {
        if (!home_lost(change.home)) write_state(owner, change);
    }
    if (late) {
        pending_.push_back({leased, std::string{name}, "", 0, 0, 0, std::move(step.consumed)});
    } else if (!offsets_lost) {
        for (const log::Consumed& consumed : step.consumed) {
            owner.consumed[consumed.from] = consumed.next;
        }
    }
    ++version_;
    if (fate == Fate::kDone || fate == Fate::kLate) return offsets;
    return answer_lost();
}

/// A producer's next transaction, or its successor's, begins when the one before has ended
/// everywhere.
void Broker::show_pending_of(std::string_view name, const std::vector<HomeId>& leased) {
    std::vector<Marker> others;
    for (Marker& marker : std::exchange(pending_, {})) {
        if (marker.group == name && share_a_home(marker.homes, leased)) {
            show(marker);
        } else {
            others.push_back(std::move(marker));
        }
    }
    pending_ = std::move(others);
}

void Broker::note_rewind(Group& owner, const std::vector<log::Consumed>& consumed) {
    for (const log::Consumed& one : consumed) {
        const auto before = owner.consumed.find(one.from);
        owner.rewind[one.home].try_emplace(
            one.from, before == owner.consumed.end() ? std::nullopt : std::optional{before->second}
        );
    }
}

void Broker::write_state(Group& owner, const log::StateChange& change) {
    auto& table = owner.state[{change.home, change.table.id}];
    if (change.value) {
        table.insert_or_assign(change.key, *change.value);
    } else {
        table.erase(change.key);
    }
}

void Broker::show(const Marker& marker) {
    ++version_;
    if (marker.topic.empty()) {
        Group& owner = group(marker.group);
        for (const log::Consumed& consumed : marker.consumed) {
            owner.consumed[consumed.from] = consumed.next;
        }
        return;
    }
    Partition& partition = topics_.find(marker.topic)->second.partitions[marker.partition];
    for (std::int64_t at = marker.from; at < marker.to; ++at) {
        partition.slots[static_cast<std::size_t>(at)].seen = Seen::kYes;
    }
    settle(partition);
    control({marker.topic, PartitionId{marker.partition}});
}

bool Broker::show_one(std::size_t which) {
    if (pending_.empty()) return false;
    const auto at = pending_.begin() + static_cast<std::ptrdiff_t>(which % pending_.size());
    const Marker marker = std::move(*at);
    pending_.erase(at);
    show(marker);
    return true;
}

std::optional<Offset> Broker::consumed(std::string_view name, const log::PartitionRef& from) const {
    const Group* owner = group(name);
    if (owner == nullptr) return std::nullopt;
    const auto found = owner->consumed.find(from);
    if (found == owner->consumed.end()) return std::nullopt;
    return found->second;
}

std::optional<std::string> Broker::get(
    std::string_view name, HomeId home, log::Table table, std::string_view key
) const {
    const Group* owner = group(name);
    if (owner == nullptr) return std::nullopt;
    const auto at = owner->state.find({home, table.id});
    if (at == owner->state.end()) return std::nullopt;
    const auto found = at->second.find(key);
    if (found == at->second.end()) return std::nullopt;
    return found->second;
}

std::vector<std::pair<std::string, std::string>> Broker::scan(
    std::string_view name, HomeId home, log::Table table, std::string_view from, std::size_t limit
) const {
    std::vector<std::pair<std::string, std::string>> found;
    const Group* owner = group(name);
    if (owner == nullptr) return found;
    const auto at = owner->state.find({home, table.id});
    if (at == owner->state.end()) return found;
    for (auto entry = at->second.lower_bound(from);
         entry != at->second.end() && found.size() < limit;
         ++entry) {
        found.emplace_back(entry->first, entry->second);
    }
    return found;
}

}  // namespace sluice::sim
