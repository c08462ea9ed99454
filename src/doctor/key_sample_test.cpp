#include "doctor/key_sample.hpp"

#include "base/hash.hpp"
#include "base/test_seed.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

namespace sluice::doctor {
namespace {

constexpr std::uint32_t kPartitions = 12;

Record event(const std::string& key, const std::string& subject) {
    return {key, "{}", {{"ce_specversion", "1.0"}, {"ce_subject", subject}}, {}};
}

TEST(DoctorKeySample, TellsThePartitionersApart) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    KeySample java;
    KeySample native;
    for (int count = 0; count < 200; ++count) {
        const std::string key = fmt::format("order-{}", random());
        add_record(java, {}, kPartitions, partition_by_murmur2(key, kPartitions), event(key, key));
        add_record(native, {}, kPartitions, partition_by_crc32(key, kPartitions), event(key, key));
    }
    EXPECT_EQ(java.by_murmur2, 200U);
    EXPECT_LT(java.by_crc32, 100U);
    EXPECT_EQ(native.by_crc32, 200U);
    EXPECT_LT(native.by_murmur2, 100U);
    EXPECT_EQ(java.subject_keyed, 200U);
}

TEST(DoctorKeySample, SeesWhetherTheKeyIsTheSubject) {
    KeySample sample;
    add_record(sample, {}, 1, PartitionId{0}, event("a", "a"));
    add_record(sample, {}, 1, PartitionId{0}, event("a", "b"));
    add_record(sample, {}, 1, PartitionId{0}, {"a", "plain", {}, {}});
    add_record(sample, {}, 1, PartitionId{0}, {{}, "{}", {{"ce_subject", "a"}}, {}});
    add_record(sample, {}, 1, PartitionId{0}, {"a", {}, {}, {}});
    EXPECT_EQ(sample, (KeySample{4, 3, 3, 3, 2, 1}));
}

TEST(DoctorKeySample, ReadsThePlainRecordsOfItsChannel) {
    contract::Channel channel;
    channel.plain = contract::PlainRecords{
        contract::FromHeader{"order"}, contract::Constant{"t"}, "/s", {}, {}};
    KeySample sample;
    add_record(sample, channel, 1, PartitionId{0}, {"a", "x", {{"order", "a"}}, {}});
    add_record(sample, channel, 1, PartitionId{0}, {"a", "x", {{"order", "b"}}, {}});
    add_record(sample, channel, 1, PartitionId{0}, {"a", "x", {}, {}});
    EXPECT_EQ(sample, (KeySample{3, 3, 3, 3, 2, 1}));
}

}  // namespace
}  // namespace sluice::doctor
