#include "log/kafka/snapshot_load.hpp"

#include "log/kafka/state_record.hpp"

#include <fmt/format.h>

#include <utility>
#include <vector>

namespace sluice::log::kafka {

namespace {

constexpr ReadLimits kBlocksPortion{200, std::size_t{8} << 20};

/// The blocks of one snapshot, on their way into a copy.
class Load {
public:
    Load(
        Streams& streams,
        const PartitionRef& from,
        const SnapshotRef& ref,
        Cache::Home copy,
        const RestoreNews& news
    )
        : streams_{streams},
          from_{from},
          ref_{ref},
          copy_{std::move(copy)},
          news_{news} {}

    Status run(CacheMark mark) {
        streams_.written(from_, ref_.next);
        for (Offset next = ref_.first; next < ref_.next;) {
            const auto read = streams_.read(from_, next, kBlocksPortion);
            if (!read) return read.error();
            if (read.value().next() == next) {
                return Error{
                    ErrorCode::kUnavailable,
                    fmt::format(
                        "{}/{} ends at {}", from_.topic, from_.partition.value, next.value
                    )};
            }
            std::vector<StateChange> changes;
            for (const StoredRecord& stored : read.value()) {
                if (Status taken = take_in(stored.record, changes); !taken) return taken;
            }
            next = read.value().next();
            if (Status written = copy_.write(changes, mark); !written) return written;
            progress_.at(bytes_ >> 20U);
        }
        if (blocks_ != ref_.blocks) {
            return Error{
                ErrorCode::kCorrupt,
                fmt::format("{} of {} blocks are there", blocks_, ref_.blocks)};
        }
        mark.folds = ref_.step;
        return copy_.write({}, mark);
    }

private:
    Status take_in(const Record& record, std::vector<StateChange>& changes) {
        if (!record.key || !record.value) return ok();  // none of ours
        const auto key = decode_block_key(*record.key);
        if (!key) return key.error();
        if (key.value().snapshot != ref_.id || key.value().home != news_.home) return ok();
        if (key.value().number != blocks_) {
            return Error{
                ErrorCode::kCorrupt,
                fmt::format("block {} where {} should be", key.value().number, blocks_)};
        }
        ++blocks_;
        bytes_ += record.value->size();
        return unpack(*record.value, [&](const FoldRow& row) {
            changes.push_back(
                {news_.home,
                 Table{row.table, Restore::kFold},
                 std::string{row.key},
                 std::string{row.value}}
            );
        });
    }

    Streams& streams_;
    const PartitionRef& from_;
    const SnapshotRef& ref_;
    Cache::Home copy_;
    const RestoreNews& news_;
    std::uint64_t blocks_{0};
    std::uint64_t bytes_{0};
    RestoreProgress progress_{news_, ref_.bytes >> 20U, "MiB", "of its snapshot"};
};

bool is_lost(const Error& error) {
    return error.code == ErrorCode::kNotFound || error.code == ErrorCode::kCorrupt;
}

}  // namespace

Result<std::optional<SnapshotRef>> snapshot_of(const Cache::Home& copy) {
    const auto stored = copy.get(Table{kOwnTable}, kSnapshotKey);
    if (!stored) return stored.error();
    if (!stored.value()) return std::optional<SnapshotRef>{};
    auto ref = decode_snapshot_ref(*stored.value());
    if (!ref) return ref.error();
    return std::optional{ref.value()};
}

Status restore_folds(
    Streams& streams, const PartitionRef& snapshots, Cache::Home copy, const RestoreNews& news
) {
    const auto ref = snapshot_of(copy);
    if (!ref) return ref.error();
    const auto mark = copy.mark();
    if (!mark) return mark.error();
    if (!ref.value() || !mark.value() || mark.value()->folds >= ref.value()->step) return ok();
    if (Status cleared = copy.clear_folds(); !cleared) return cleared;
    Status loaded = Load{streams, snapshots, *ref.value(), copy, news}.run(*mark.value());
    if (loaded || !is_lost(loaded.error())) return loaded;
    if (news.notice) {
        news.notice(fmt::format(
            "group {}: the snapshot of home {} is not whole ({}): what it held is folded from the "
            "beginning, if that is still there",
            news.group,
            news.home.value,
            loaded.error().message
        ));
    }
    return copy.clear_folds();
}

}  // namespace sluice::log::kafka
