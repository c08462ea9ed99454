#include "base/test_seed.hpp"
#include "runtime/domain/topics.hpp"
#include "runtime/engine/runtime_fixture.hpp"
#include "runtime/sequencing/classify.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <span>

namespace sluice::runtime {
namespace {

using contract::Constant;
using contract::Encoding;
using contract::FromHeader;
using contract::FromKey;
using contract::JsonPointer;
using contract::PlainRecords;
using test::Seen;
using test::Shop;
using Ids = std::vector<std::string>;

/// `shop`, whose producers know nothing of CloudEvents: the ones of `a` have a Java Long as the key
/// and number their events in the value, the ones of `b` name all in headers.
DomainPlan legacy_plan() {
    DomainPlan plan = test::shop_plan();
    plan.channels[0].plain = PlainRecords{
        FromKey{Encoding::kInt64},
        Constant{"a.made"},
        "/legacy",
        {},
        JsonPointer::parse("/version").value()};
    plan.channels[1].plain = PlainRecords{
        FromHeader{"order"},
        FromHeader{"kind"},
        "/legacy",
        FromHeader{"id"},
        FromHeader{"version"}};
    return plan;
}

std::string long_key(std::uint64_t number) {
    std::string key;
    for (int shift = 56; shift >= 0; shift -= 8) key += static_cast<char>(number >> shift);
    return key;
}

Record by_key(std::uint64_t order, std::uint64_t version) {
    return {
        long_key(order),
        fmt::format(R"({{ "version" : {}, "text":"{}" }})", version, "as it is"),
        {{"trace", std::string{"\0\xFF", 2}}, {"trace", "twice"}},
        {}};
}

Record by_header(std::uint64_t order, std::uint64_t version) {
    return {
        {},
        "\x01no json\xFF",
        {{"order", fmt::to_string(order)},
         {"kind", "b.sent"},
         {"id", fmt::format("b{}-{}", order, version)},
         {"version", fmt::to_string(version)}},
        {}};
}

class Plain : public testing::Test {
protected:
    void send(const std::string& topic, std::uint32_t partition, Record record) {
        const auto sent =
            shop_.log().publish({{{topic, PartitionId{partition}}, {std::move(record)}}});
        ASSERT_TRUE(sent) << sent.error().message;
    }

    [[nodiscard]] std::vector<Record> all_of(const std::string& topic) {
        std::vector<Record> records;
        const auto spec = shop_.log().topic(topic);
        EXPECT_TRUE(spec && spec.value());
        for (std::uint32_t partition = 0; partition < spec.value()->partitions; ++partition) {
            for (Offset from{0};;) {
                const auto read = shop_.log().read({topic, PartitionId{partition}}, from, {});
                EXPECT_TRUE(read) << read.error().message;
                if (!read || read.value().empty()) break;
                for (const auto& stored : read.value()) records.push_back(stored.record);
                from = read.value().back().offset.next();
            }
        }
        return records;
    }

    Shop shop_{legacy_plan()};
    Seen seen_;
};

TEST_F(Plain, LegacyRecordsOfTwoTopicsComeInTheOrderOfTheirNumbers) {
    shop_.subscribe("model", seen_);
    shop_.start();
    send("shop.b", 4, by_header(17, 2));
    send("shop.a", 2, by_key(17, 3));
    shop_.settle();
    EXPECT_EQ(seen_.of("17"), Ids{});
    send("shop.a", 0, by_key(17, 1));
    shop_.settle();
    ASSERT_EQ(seen_.of("17").size(), 3U);
    EXPECT_EQ(seen_.of("17")[1], "b17-2");
}

TEST_F(Plain, ValueAndHeadersPassByteForByte) {
    shop_.start();
    const Record sent = by_key(17, 1);
    send("shop.a", 1, sent);
    shop_.settle();
    const auto ordered = all_of(ordered_topic("shop"));
    ASSERT_EQ(ordered.size(), 1U);
    EXPECT_EQ(ordered[0].value, sent.value);
    EXPECT_EQ(ordered[0].key, "17");
    ASSERT_GE(ordered[0].headers.size(), sent.headers.size());
    Headers own = ordered[0].headers;
    own.pop_back(own.size() - sent.headers.size());
    EXPECT_EQ(own, sent.headers);
    EXPECT_EQ(ordered[0].header("ce_type"), "a.made");
    EXPECT_EQ(ordered[0].header("ce_subjectposition"), "1");
}

TEST_F(Plain, WhatHasNoSubjectGoesAsideAsItIsWithItsReason) {
    shop_.start();
    Record sent = by_key(17, 1);
    sent.key = "17";
    send("shop.a", 1, sent);
    Record unnumbered = by_header(17, 1);
    const std::string number{unnumbered.headers.back().name};
    unnumbered.headers.pop_back();
    unnumbered.headers.push_back({number, "one"});
    send("shop.b", 1, unnumbered);
    shop_.settle();
    EXPECT_TRUE(all_of(ordered_topic("shop")).empty());
    std::vector<std::string> reasons;
    for (const Record& record : all_of(aside_topic("shop"))) {
        reasons.emplace_back(record.header("sluice-aside").value_or(""));
        EXPECT_TRUE(record.key != sent.key || record.value == sent.value);
    }
    std::sort(reasons.begin(), reasons.end());
    ASSERT_EQ(reasons.size(), 2U);
    EXPECT_EQ(
        reasons[0], "unreadable: plain record: subject: the key: has 2 bytes, and an int64 has 8"
    );
    EXPECT_NE(reasons[1].find("sourcesequence"), std::string::npos) << reasons[1];
    EXPECT_NE(reasons[1].find("'one' is not a decimal number"), std::string::npos) << reasons[1];
}

TEST_F(Plain, CloudEventsPassBesideThem) {
    shop_.subscribe("model", seen_);
    shop_.start();
    send("shop.a", 1, by_key(17, 1));
    shop_.publish({test::event("a.cancelled", "17", "/legacy", 2)});
    shop_.settle();
    EXPECT_EQ(seen_.of("17").back(), "17/legacy.2");
}

TEST_F(Plain, ARecordThatIsReadTwiceIsOneEvent) {
    const sequence::Origin origin{"shop.a", PartitionId{1}, Offset{7}};
    const DomainPlan plan = legacy_plan();
    const auto id = [&](Instant time) {
        Record record = by_key(1, 1);
        record.time = time;
        const auto made = classify(plan, plan.channels[0], record, origin, Depth::kWhole);
        return std::get<sequence::Arrival>(made.what).id;
    };
    EXPECT_EQ(id(Instant{5}), id(Instant{5}));
    EXPECT_NE(id(Instant{5}), id(Instant{6})) << "of a topic that was made anew";
}

// Numbered records of many orders, thrown onto any partition of two topics, come out in order.
TEST_F(Plain, AnyArrivalIsPutInOrder) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    constexpr std::uint64_t kOrders = 40;
    constexpr std::uint64_t kVersions = 8;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> records;
    for (std::uint64_t order = 0; order < kOrders; ++order) {
        for (std::uint64_t version = 1; version <= kVersions; ++version)
            records.emplace_back(order, version);
    }
    std::shuffle(records.begin(), records.end(), random);
    shop_.start();
    for (const auto& [order, version] : records) {
        const auto partition = static_cast<std::uint32_t>(random() % 3);
        const bool a = random() % 2 == 0;
        send(
            a ? "shop.a" : "shop.b",
            partition,
            a ? by_key(order, version) : by_header(order, version)
        );
    }
    shop_.settle();
    std::map<std::string, std::vector<std::string>> numbers;
    for (const Record& record : all_of(ordered_topic("shop"))) {
        numbers[record.key.value()].emplace_back(record.header("ce_sourcesequence").value());
    }
    EXPECT_EQ(numbers.size(), kOrders);
    for (const auto& [order, released] : numbers) {
        EXPECT_EQ(released, (Ids{"1", "2", "3", "4", "5", "6", "7", "8"})) << order;
    }
}

}  // namespace
}  // namespace sluice::runtime
