#include "observe/kafka_source.hpp"

#include "log/kafka/survey/record_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sluice::observe {

using log::PartitionRef;
using log::kafka::RecordReader;
using log::kafka::Surveyor;

KafkaSource::KafkaSource(log::kafka::KafkaOptions options, Milliseconds patience, Surveyor surveyor)
    : options_{std::move(options)},
      patience_{patience},
      surveyor_{std::move(surveyor)} {}

Result<KafkaSource> KafkaSource::open(
    const log::kafka::KafkaOptions& options, Milliseconds patience
) {
    auto surveyor = Surveyor::open(options, patience);
    if (!surveyor) return surveyor.error();
    return KafkaSource{options, patience, std::move(surveyor).value()};
}

Result<std::vector<PartitionRef>> KafkaSource::partitions_of(const std::vector<std::string>& topics
) const {
    const auto cluster = surveyor_.cluster();
    if (!cluster) return cluster.error();
    std::vector<PartitionRef> partitions;
    for (const log::kafka::TopicFact& topic : cluster->topics) {
        if (std::find(topics.begin(), topics.end(), topic.name) == topics.end()) continue;
        for (const auto& partition : topic.partitions)
            partitions.push_back({topic.name, partition.id});
    }
    return partitions;
}

Result<std::map<std::string, Source::Extent>> KafkaSource::read(
    const std::vector<std::string>& topics, Instant since, const Take& take
) {
    const auto partitions = partitions_of(topics);
    if (!partitions) return partitions.error();
    std::map<std::string, Extent> extents;
    if (partitions->empty()) return extents;
    const auto begin = surveyor_.offsets_at(partitions.value(), since);
    if (!begin) return begin.error();
    std::vector<RecordReader::Range> ranges;
    for (const PartitionRef& of : partitions.value()) {
        const auto ends = surveyor_.ends(of);
        if (!ends) return ends.error();
        Extent& extent = extents[of.topic];
        ++extent.partitions;
        if (ends->first > Offset{0}) ++extent.cut;
        const auto from = begin->at(of);
        if (from) ranges.push_back({of, *from, ends->committed});
    }
    auto reader = RecordReader::open(options_, patience_);
    if (!reader) return reader.error();
    const Status done = reader->read(ranges, take);
    if (!done) return done.error();
    return extents;
}

Result<std::map<std::string, Milliseconds>> KafkaSource::lag_of(
    const std::string& group, const std::vector<std::string>& topics, Instant now
) {
    const auto committed = surveyor_.committed(group);
    if (!committed) return committed.error();
    std::map<std::string, Milliseconds> lags;
    std::vector<RecordReader::Range> next;
    for (const auto& [of, offset] : committed.value()) {
        if (std::find(topics.begin(), topics.end(), of.topic) == topics.end()) continue;
        lags[of.topic];
        const auto ends = surveyor_.ends(of);
        if (!ends) return ends.error();
        const Offset at = std::max(offset, ends->first);
        if (at < ends->committed) next.push_back({of, at, at.next()});
    }
    if (lags.empty()) {
        return Error{
            ErrorCode::kNotFound,
            fmt::format("the group '{}' has no offset in any of these topics", group)};
    }
    auto reader = RecordReader::open(options_, patience_);
    if (!reader) return reader.error();
    const Status done =
        reader->read(next, [&](const PartitionRef& of, const log::StoredRecord& stored) {
            lags[of.topic] = std::max(lags[of.topic], now - stored.record.time);
            return ok();
        });
    if (!done) return done.error();
    return lags;
}

}  // namespace sluice::observe
