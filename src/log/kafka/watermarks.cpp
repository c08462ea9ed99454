#include "log/kafka/watermarks.hpp"

#include "log/kafka/client.hpp"
#include "log/kafka/errors.hpp"

#include <fmt/format.h>

namespace sluice::log::kafka {

namespace {

// Of ListOffsets, in place of a time.
constexpr std::int64_t kLatest = -1;
constexpr std::int64_t kEarliest = -2;

std::string asking(const PartitionRef& of) {
    return fmt::format("ask for the ends of {}/{}", of.topic, of.partition.value);
}

}  // namespace

Result<Ends> Watermarks::ends(const PartitionRef& of) const {
    if (const Status there = topics_.locate(of); !there) return there.error();
    // In this order: what is committed now was written before.
    const auto visible = committed(of);
    if (!visible) return visible.error();
    // Not rd_kafka_query_watermark_offsets: it keeps no timeout.
    const auto first = ask(raw_, of, kEarliest);
    if (!first) return first.error();
    const auto end = ask(raw_, of, kLatest);
    if (!end) return end.error();
    return Ends{first.value(), std::max(visible.value(), first.value()), end.value()};
}

Result<Offset> Watermarks::committed(const PartitionRef& of) const {
    return ask(committed_, of, kLatest);
}

Result<Offset> Watermarks::at_time(const PartitionRef& of, Instant time) const {
    auto found = ask(committed_, of, time.ms);
    if (!found || found.value().value >= 0) return found;
    return committed(of);
}

Result<Offset> Watermarks::ask(rd_kafka_t* client, const PartitionRef& of, std::int64_t time)
    const {
    const std::string topic = topics_.on_broker(of.topic);
    const auto partition = static_cast<std::int32_t>(of.partition.value);
    PartitionsHandle asked;
    const auto error = ask_of_topic(client, topic, options_.answer, [&](int timeout_ms) {
        asked.reset(rd_kafka_topic_partition_list_new(1));
        rd_kafka_topic_partition_list_add(asked.get(), topic.c_str(), partition)->offset = time;
        const auto whole = rd_kafka_offsets_for_times(client, asked.get(), timeout_ms);
        return whole == RD_KAFKA_RESP_ERR_NO_ERROR ? asked->elems[0].err : whole;
    });
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return error_of(error, asking(of));
    return Offset{asked->elems[0].offset};
}

}  // namespace sluice::log::kafka
