#pragma once

#include <sluice/event.hpp>

#include "runtime/domain/domain_plan.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>

namespace sluice::runtime::test {

/// Domain `shop`, P = 3. `a` (murmur2, 3 partitions: no detour) and `b` (crc32, 5) are ordered by
/// sequence and stamp, `c` (murmur2, 2) by the rule "c.done after b.sent with the same /parcel".
inline DomainPlan shop_plan() {
    DomainPlan plan;
    plan.name = "shop";
    plan.homes = 3;
    plan.channels = {
        {"shop.a", 3, Partitioner::kMurmur2, {"a.made", "a.cancelled"}, Checking::kOff, false},
        {"shop.b", 5, Partitioner::kCrc32, {"b.sent"}, Checking::kOff, false},
        {"shop.c", 2, Partitioner::kMurmur2, {"c.done"}, Checking::kOff, false},
    };
    plan.types["a.made"] = {};
    plan.types["a.cancelled"] = {};
    const auto parcel = contract::JsonPointer::parse("/parcel");
    EXPECT_TRUE(parcel.has_value());
    plan.types["b.sent"].remembered = {parcel.value()};
    NeedPlan need;
    need.types = {"b.sent"};
    need.same = parcel.value();
    need.wanted = "b.sent with the same /parcel";
    plan.types["c.done"].needs = {need};
    return plan;
}

inline Event event(
    std::string type, std::string subject, std::string source, std::uint64_t number
) {
    Event made;
    made.type = std::move(type);
    made.subject = std::move(subject);
    made.source = std::move(source);
    made.id = fmt::format("{}{}.{}", made.subject, made.source, number);
    if (number > 0) made.extensions["sourcesequence"] = fmt::to_string(number);
    made.time = "2026-01-02T03:04:05Z";
    made.datacontenttype = "application/json";
    made.data = fmt::format(R"({{"n":{}}})", number);
    return made;
}

}  // namespace sluice::runtime::test
