#include "runtime/subjects/history_fold.hpp"

#include "base/bytes.hpp"
#include "base/point.hpp"
#include "runtime/domain/topics.hpp"
#include "sequence/ordered.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sluice::runtime {

namespace {

constexpr std::uint8_t kFoldVersion = 1;
constexpr std::uint64_t kStepRecords = 20'000;     // folded between two steps that store
constexpr std::uint64_t kNoticeRecords = 500'000;  // folded between two lines of the log

/// One home's ordered partition, while it is folded.
class HomeFold {
public:
    HomeFold(const FoldContext& context, SubjectStore& store, HomeId home)
        : context_{context},
          store_{store},
          home_{home},
          from_{ordered_topic(context.domain), PartitionId{home.value}} {}

    Status run() {
        if (const Status begun = begin(); !begun) return begun;
        while (true) {
            const auto read = context_.log.read(from_, next_, {});
            if (!read) return read.error();
            if (read.value().next() == next_) break;
            for (const log::StoredRecord& stored : read.value()) {
                if (const Status done = apply(stored); !done) return done;
            }
            next_ = read.value().next();
            if (const Status done = count(read.value().size()); !done) return done;
        }
        if (next_ < end_) {
            return Error{
                ErrorCode::kUnavailable,
                fmt::format("it ends at {}, and had {} a moment ago", next_.value, end_.value)};
        }
        store_.histories().ends_at(home_, std::max(next_, end_));
        return ok();
    }

    [[nodiscard]] std::string place() const {
        return fmt::format("{}/{}", from_.topic, from_.partition.value);
    }

private:
    Status begin() {
        const auto ends = context_.log.ends(from_);
        if (!ends) return ends.error();
        end_ = ends.value().committed;
        if (end_ < ends.value().high_watermark) {
            return Error{
                ErrorCode::kUnavailable,
                fmt::format("an earlier owner's step at offset {} is not decided", end_.value)};
        }
        const auto stored = context_.lease.get(home_, table::kTrueUntil, kHistoriesKey);
        if (!stored) return stored.error();
        if (stored.value()) {
            const auto until = decode_true_until(*stored.value());
            if (!until) return until.error();
            next_ = until.value();
            store_.histories().noted(home_, next_);
        } else if (ends.value().first.value > 0) {
            return Error{
                ErrorCode::kCorrupt,
                fmt::format(
                    "it begins at offset {}, and no state says what was released before; restore "
                    "the state, or the topic from its beginning",
                    ends.value().first.value
                )};
        }
        store_.histories().ends_at(home_, next_);
        return ok();
    }

    Status apply(const log::StoredRecord& stored) {
        const auto facts = sequence::facts_of(stored.record);
        Status done = facts ? store_.replay(home_, facts.value()) : Status{facts.error()};
        if (!done) return done.error().at(fmt::format("offset {}", stored.offset.value));
        next_ = stored.offset.next();
        store_.histories().ends_at(home_, next_);
        return done;
    }

    Status count(std::size_t records) {
        add(context_.probe.histories_folded, records);
        folded_ += records;
        unstored_ += records;
        if (folded_ / kNoticeRecords != (folded_ - records) / kNoticeRecords) tell();
        if (unstored_ < kStepRecords) return ok();
        unstored_ = 0;
        return store();
    }

    /// What a long fold has done is kept, and leaves memory.
    Status store() {
        log::Step step;
        store_.write(step, HistoryQueue::Due::kDue);
        if (!step.empty()) {
            step.homes.assign(context_.lease.homes().begin(), context_.lease.homes().end());
            SLUICE_POINT("sequencer.fold_step");
            const auto written = context_.lease.commit(std::move(step));
            if (!written) return written.error();
        }
        store_.committed();
        return ok();
    }

    void tell() const {
        if (!context_.probe.notify) return;
        context_.probe.notify(
            {NoticeKind::kFolding,
             {},
             {},
             from_.topic,
             from_.partition,
             next_,
             {},
             fmt::format(
                 "{} records, {} to go",
                 folded_,
                 std::max<std::int64_t>(end_.value - next_.value, 0)
             )}
        );
    }

    const FoldContext& context_;
    SubjectStore& store_;
    HomeId home_;
    log::PartitionRef from_;
    Offset next_;
    Offset end_;
    std::uint64_t folded_{0};
    std::uint64_t unstored_{0};
};

}  // namespace

std::string encode_true_until(Offset until) {
    std::string bytes;
    ByteWriter out{bytes};
    out.u8(kFoldVersion);
    out.varint(static_cast<std::uint64_t>(until.value));
    return bytes;
}

Result<Offset> decode_true_until(std::string_view bytes) {
    ByteReader in{bytes};
    const std::uint8_t version = in.u8();
    const Offset until{static_cast<std::int64_t>(in.varint())};
    if (version == kFoldVersion && in.at_end() && until.value >= 0) return until;
    return Error{
        ErrorCode::kCorrupt,
        "sequencer state, up to where histories are true: unknown version, or bytes are missing or "
        "too many"};
}

Status fold_histories(const FoldContext& context, SubjectStore& store) {
    for (const HomeId home : context.lease.homes()) {
        HomeFold fold{context, store, home};
        if (const Status done = fold.run(); !done) return done.error().at(fold.place());
    }
    return ok();
}

}  // namespace sluice::runtime
