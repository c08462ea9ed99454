#pragma once

#include <sluice/event.hpp>

#include "base/hash.hpp"
#include "event/kafka.hpp"
#include "infer/topic_sample.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <string>

/// Records as producers of several kinds write them. Only tests include this.
namespace sluice::infer::test {

inline constexpr std::uint32_t kPartitions = 8;

inline Event event_of(std::string type, int number, std::string data) {
    Event event;
    event.id = fmt::format("{}-{}", type, number);
    event.source = "/orders";
    event.type = std::move(type);
    event.subject = fmt::format("order-{}", number);
    event.datacontenttype = "application/json";
    event.data = std::move(data);
    return event;
}

/// Adds the record where murmur2 puts its key.
inline void add(TopicSample& sample, const Record& record) {
    sample.add(partition_by_murmur2(record.key.value_or(""), sample.partitions()), record);
}

inline void add_event(TopicSample& sample, const Event& event) {
    add(sample, event::to_record(event, event.subject));
}

/// A shop's old producer: the key is the order's number, the id a header.
inline Record plain_record(int number) {
    Record record;
    record.key = fmt::format("{}", 1'000 + number);
    record.value = fmt::format(
        R"({{"order": {{"no": {}, "state": "paid"}}, "customerId": {}, "total": 12.5}})",
        1'000 + number,
        number % 3
    );
    record.headers = {{"message-id", fmt::format("m-{}", number)}, {"host", "a"}};
    return record;
}

}  // namespace sluice::infer::test
