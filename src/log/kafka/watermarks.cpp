#include "log/kafka/watermarks.hpp"

#include "log/kafka/client.hpp"
#include "log/kafka/errors.hpp"

#include <fmt/format.h>

namespace sluice::log::kafka {

namespace {

constexpr std::int64_t kLatest = -1;  // of ListOffsets, in place of a time

std::string asking(const PartitionRef& of) {
    return fmt::format("ask for the ends of {}/{}", of.topic, of.partition.value);
}

}  // namespace

Result<Ends> Watermarks::ends(const PartitionRef& of) const {
    if (const Status there = topics_.locate(of); !there) return there.error();
    // In this order: what is committed now was written before.
    const auto visible = committed(of);
    if (!visible) return visible.error();
    std::int64_t first = 0;
    std::int64_t end = 0;
    const std::string topic = topics_.on_broker(of.topic);
    const auto partition = static_cast<std::int32_t>(of.partition.value);
    const auto patience = static_cast<int>(options_.answer.count());
    const auto error = ask_of_topic(raw_, topic, options_.answer, [&] {
        return rd_kafka_query_watermark_offsets(
            raw_, topic.c_str(), partition, &first, &end, patience
        );
    });
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return error_of(error, asking(of));
    return Ends{Offset{first}, std::max(visible.value(), Offset{first}), Offset{end}};
}

Result<Offset> Watermarks::committed(const PartitionRef& of) const {
    return ask(of, kLatest);
}

Result<Offset> Watermarks::at_time(const PartitionRef& of, Instant time) const {
    auto found = ask(of, time.ms);
    if (!found || found.value().value >= 0) return found;
    return committed(of);
}

Result<Offset> Watermarks::ask(const PartitionRef& of, std::int64_t time) const {
    const std::string topic = topics_.on_broker(of.topic);
    const auto partition = static_cast<std::int32_t>(of.partition.value);
    const auto patience = static_cast<int>(options_.answer.count());
    PartitionsHandle asked;
    const auto error = ask_of_topic(committed_, topic, options_.answer, [&] {
        asked.reset(rd_kafka_topic_partition_list_new(1));
        rd_kafka_topic_partition_list_add(asked.get(), topic.c_str(), partition)->offset = time;
        const auto whole = rd_kafka_offsets_for_times(committed_, asked.get(), patience);
        return whole == RD_KAFKA_RESP_ERR_NO_ERROR ? asked->elems[0].err : whole;
    });
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return error_of(error, asking(of));
    return Offset{asked->elems[0].offset};
}

}  // namespace sluice::log::kafka
