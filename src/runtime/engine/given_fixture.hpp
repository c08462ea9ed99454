#pragma once

#include "base/hash.hpp"
#include "event/kafka.hpp"
#include "runtime/domain/plan_fixture.hpp"
#include "runtime/engine/runtime_fixture.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sluice::runtime::test {

/// Domain `shop` over `stock.events`, of 3 partitions, which somebody else has put in order.
inline DomainPlan given_plan(contract::Positions positions = contract::Positions::kOffset) {
    DomainPlan plan;
    plan.name = "shop";
    plan.homes = 3;
    plan.channels = {
        {"stock.events", 3, Partitioner::kMurmur2, {"stock.moved"}, Checking::kEnforce, false}};
    plan.types["stock.moved"] = {};
    plan.check = [](std::string_view, const Record& record) {
        return record.value == "bad" ? std::string{"data: is bad"} : std::string{};
    };
    GivenPlan given;
    given.order.positions = positions;
    given.places.topic = "stock.events";
    given.places.partitions = 3;
    plan.given = given;
    return plan;
}

/// The same, for records that are keyed by the subject and know nothing of CloudEvents.
inline DomainPlan plain_plan(contract::Encoding key = contract::Encoding::kString) {
    DomainPlan plan = given_plan();
    contract::PlainRecords plain;
    plain.subject = contract::FromKey{key};
    plain.type = contract::Constant{"stock.moved"};
    plain.source = "/stock";
    plan.channels.front().plain = plain;
    plan.given->places.key = key;
    return plan;
}

inline PartitionId place_of(std::string_view subject) {
    return partition_by_murmur2(subject, 3);
}

/// An event of the subject, as its producer writes it; its id is "subject/number".
inline Record moved(const std::string& subject, std::uint64_t number, std::string data = "{}") {
    Event made = event("stock.moved", subject, "/stock", 0);
    made.id = fmt::format("{}/{}", subject, number);
    made.data = std::move(data);
    Record record = event::to_record(made, subject);
    record.time = Instant{1'000};
    return record;
}

/// The same with a position in its headers.
inline Record placed(const std::string& subject, std::uint64_t position) {
    Record record = moved(subject, position);
    record.headers.push_back({"ce_subjectposition", fmt::to_string(position)});
    return record;
}

/// Writes to the given topic, as its producers do; answers the offset.
inline Offset write(log::Log& log, PartitionId to, Record record) {
    std::vector<log::Append> appends{{{"stock.events", to}, {std::move(record)}}};
    const auto written = log.publish(std::move(appends));
    EXPECT_TRUE(written.has_value()) << written.error().message;
    return written ? written.value().front() : Offset{};
}

inline Offset write(log::Log& log, const std::string& subject, Record record) {
    return write(log, place_of(subject), std::move(record));
}

/// A subject that lies in that partition.
inline std::string subject_in(PartitionId partition) {
    for (int n = 0;; ++n) {
        std::string subject = fmt::format("s{}", n);
        if (place_of(subject) == partition) return subject;
    }
}

}  // namespace sluice::runtime::test
