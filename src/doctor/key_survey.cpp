#include "doctor/key_survey.hpp"

#include <algorithm>

namespace sluice::doctor {

namespace {

using log::kafka::RecordReader;
using log::kafka::TopicFact;

constexpr std::int64_t kRecordsMax = 16;
constexpr std::size_t kPartitionsMax = 16;

std::vector<RecordReader::Range> last_records(
    const log::kafka::Surveyor& surveyor, const TopicFact& topic
) {
    std::vector<RecordReader::Range> ranges;
    for (const auto& partition : topic.partitions) {
        if (ranges.size() == kPartitionsMax) break;
        const log::PartitionRef of{topic.name, partition.id};
        const auto ends = surveyor.ends(of);
        if (!ends || ends->first >= ends->committed) continue;
        const std::int64_t from = std::max(ends->first.value, ends->committed.value - kRecordsMax);
        ranges.push_back({of, Offset{from}, ends->committed});
    }
    return ranges;
}

}  // namespace

void sample_keys(
    const log::kafka::Surveyor& surveyor,
    RecordReader& reader,
    const Expectations& expected,
    Findings& findings
) {
    for (const auto& contract : expected.contracts) {
        for (const contract::Channel& channel : contract->channels) {
            const TopicFact* topic = findings.topic(expected.prefix + channel.topic);
            if (topic == nullptr) continue;
            KeySample sample;
            const auto partitions = static_cast<std::uint32_t>(topic->partitions.size());
            const Status read = reader.read(
                last_records(surveyor, *topic),
                [&](const log::PartitionRef& of, const log::StoredRecord& stored) {
                    add_record(sample, channel, partitions, of.partition, stored.record);
                    return ok();
                }
            );
            if (read) findings.keys[topic->name] = sample;
        }
    }
}

}  // namespace sluice::doctor
