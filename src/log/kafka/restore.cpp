#include "log/kafka/restore.hpp"

#include "log/kafka/snapshot_record.hpp"
#include "log/kafka/state_record.hpp"

#include <fmt/format.h>

#include <utility>
#include <vector>

namespace sluice::log::kafka {

namespace {

constexpr ReadLimits kPortion{2'000, std::size_t{4} << 20};

bool is_usable(const CacheMark& mark, const Ends& ends, Instant now) {
    const bool young = mark.written <= now && now - mark.written <= Cache::kAgeMax;
    return young && ends.first <= mark.state && mark.state <= ends.high_watermark;
}

/// Adds what the record says of the home.
Status take_in(
    const StoredRecord& stored, HomeId home, std::vector<StateChange>& changes, CacheMark& mark
) {
    if (!stored.record.key) {
        return Error{
            ErrorCode::kCorrupt, "a state record without a key; only Sluice may write here"};
    }
    const auto key = decode_state_key(*stored.record.key);
    if (!key) return key.error();
    if (key.value().home != home) return ok();
    if (key.value().table != kOwnTable) {
        changes.push_back(
            {home, Table{key.value().table}, std::string{key.value().key}, stored.record.value}
        );
        return ok();
    }
    if (key.value().key == kSnapshotKey) {
        changes.push_back({home, Table{kOwnTable}, std::string{kSnapshotKey}, stored.record.value});
        return ok();
    }
    if (key.value().key != kStepKey || !stored.record.value) return ok();
    const auto step = decode_step(*stored.record.value);
    if (!step) return step.error();
    mark.step = step.value();
    return ok();
}

}  // namespace

Result<CacheMark> restore_home(
    Streams& streams,
    const PartitionRef& state,
    const Ends& ends,
    Cache::Home copy,
    Instant now,
    const RestoreNews& news
) {
    const auto kept = copy.mark();
    if (!kept) return kept.error();
    CacheMark mark{ends.first, 0, 0, now};
    if (kept.value() && is_usable(*kept.value(), ends, now)) {
        mark = *kept.value();
        mark.written = now;
    } else if (const Status cleared = copy.clear(); !cleared) {
        return cleared.error();
    }
    streams.written(state, ends.high_watermark);
    const Offset from = mark.state;
    const auto all = static_cast<std::uint64_t>(ends.high_watermark.value - from.value);
    RestoreProgress progress{news, all, "records", "of its state"};
    while (mark.state < ends.high_watermark) {
        const auto read = streams.read(state, mark.state, kPortion);
        if (!read) return read.error().at("restore the state");
        if (read.value().next() == mark.state) {
            return Error{
                ErrorCode::kUnavailable,
                fmt::format(
                    "restore the state: {}/{} ends at {}, and had {} a moment ago; an open "
                    "transaction holds it back",
                    state.topic,
                    state.partition.value,
                    mark.state.value,
                    ends.high_watermark.value
                )};
        }
        std::vector<StateChange> changes;
        for (const StoredRecord& stored : read.value()) {
            if (const Status taken = take_in(stored, news.home, changes, mark); !taken) {
                return taken.error().at(fmt::format(
                    "{}/{} offset {}", state.topic, state.partition.value, stored.offset.value
                ));
            }
        }
        mark.state = read.value().next();
        if (const Status written = copy.write(changes, mark); !written) return written.error();
        progress.at(static_cast<std::uint64_t>(mark.state.value - from.value));
    }
    if (const Status written = copy.write({}, mark); !written) return written.error();
    return mark;
}

}  // namespace sluice::log::kafka
