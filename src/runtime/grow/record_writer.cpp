#include "runtime/grow/record_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sluice::runtime {

Status RecordWriter::add(PartitionId partition, Record record) {
    constexpr std::size_t kBesideTheRecord = 64;
    bytes_ += record.size_bytes() + kBesideTheRecord;
    held_[partition.value].push_back(std::move(record));
    return bytes_ < kBytesMax ? ok() : flush();
}

Status RecordWriter::flush() {
    std::vector<log::Append> appends;
    std::vector<Offset> expected;
    for (PartitionId p{0}; p.value < held_.size(); p = p.next()) {
        std::vector<Record>& records = held_[p.value];
        if (records.empty()) continue;
        for (std::size_t i = 0; i < records.size(); ++i) {
            expected.push_back(std::exchange(ends_[p.value], ends_[p.value].next()));
        }
        appends.push_back({{topic_, p}, std::exchange(records, {})});
    }
    bytes_ = 0;
    if (appends.empty()) return ok();
    const auto offsets = log_.publish(std::move(appends));
    if (!offsets) return offsets.error();
    if (offsets.value() != expected) {
        return Error{ErrorCode::kCorrupt, topic_ + ": somebody else writes to it"};
    }
    written_ += expected.size();
    return ok();
}

Status RecordWriter::begin_at(PartitionId partition, Offset first) {
    if (first == ends_[partition.value]) return ok();
    Record nothing;
    nothing.value = "";
    for (Offset at = ends_[partition.value]; at < first; at = at.next()) {
        if (Status added = add(partition, nothing); !added) return added;
    }
    if (Status flushed = flush(); !flushed) return flushed;
    return log_.trim({topic_, partition}, first);
}

}  // namespace sluice::runtime
