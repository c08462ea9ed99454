#include "runtime/inspect/trail.hpp"

#include "base/hash.hpp"
#include "base/test_seed.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace sluice::runtime {
namespace {

std::vector<Offset> offsets(std::initializer_list<std::int64_t> values) {
    std::vector<Offset> made;
    for (const std::int64_t value : values) made.push_back(Offset{value});
    return made;
}

std::string key_of(TrailTopic topic, std::int64_t first) {
    return trail_key(trail_prefix("order-17", topic), Offset{first});
}

TEST(Trail, OffsetsComeBackAndAreSmall) {
    const auto written = offsets({5, 6, 100, 100'000});
    const std::string value = encode_trail(written);
    EXPECT_EQ(value.size(), 1U + 1U + 3U);
    EXPECT_EQ(decode_trail(key_of(TrailTopic::kOrdered, 5), value).value(), written);
    EXPECT_EQ(encode_trail(offsets({7})), "") << "one alone is in its key";
    EXPECT_EQ(decode_trail(key_of(TrailTopic::kAudit, 7), "").value(), offsets({7}));
}

TEST(Trail, KeysOfASubjectLieTogetherByTopicAndAscend) {
    std::vector<std::string> keys{
        key_of(TrailTopic::kOrdered, 0),
        key_of(TrailTopic::kOrdered, 255),
        key_of(TrailTopic::kOrdered, 256),
        key_of(TrailTopic::kAside, 1),
        key_of(TrailTopic::kAudit, std::numeric_limits<std::int64_t>::max())};
    EXPECT_TRUE(std::is_sorted(keys.begin(), keys.end()));
    for (const std::string& key : keys) {
        EXPECT_EQ(key.size(), 17U);
        EXPECT_TRUE(key.starts_with(trail_prefix("order-17", parse_trail_key(key).value().topic)));
    }
    EXPECT_FALSE(keys[0].starts_with(trail_prefix("order-18", TrailTopic::kOrdered)));
    EXPECT_EQ(parse_trail_key(keys[2]).value().first, Offset{256});
}

TEST(Trail, DamageIsNamed) {
    const std::string key = key_of(TrailTopic::kOrdered, 5);
    const auto said = [&](const std::string& damaged, std::string_view value) {
        const auto read = decode_trail(damaged, value);
        return read ? std::string{} : read.error().message;
    };
    EXPECT_EQ(said(key.substr(1), ""), "state of trails: a key of another size");
    std::string other = key;
    other[8] = '\x09';
    EXPECT_EQ(said(other, ""), "state of trails: a topic that is not known");
    std::string negative = key;
    negative[9] = '\xFF';
    EXPECT_EQ(said(negative, ""), "state of trails: an offset below zero");
    const std::string_view off = "state of trails: offsets cut or not ascending";
    EXPECT_EQ(said(key, std::string_view{"\0", 1}), off);
    EXPECT_EQ(said(key, "\x80"), off);
    EXPECT_EQ(said(key, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F"), off) << "beyond what there is";
    EXPECT_EQ(decode_trail(key, "\x80").error().code, ErrorCode::kCorrupt);
}

TEST(Trail, UpToWhereItGoesComesBack) {
    for (const std::int64_t next : {std::int64_t{0}, std::int64_t{300}}) {
        EXPECT_EQ(decode_until(encode_until(Offset{next})).value(), Offset{next});
    }
    EXPECT_FALSE(decode_until(""));
    EXPECT_FALSE(decode_until(encode_until(Offset{300}) + '\0'));
    EXPECT_NE(until_key(TrailTopic::kAside), until_key(TrailTopic::kAudit));
}

/// Stored: a later version reads it.
TEST(Trail, StaysAsItIsStored) {
    const std::string key = trail_key(std::string(8, 'h') + '\x02', Offset{258});
    EXPECT_EQ(key, std::string(8, 'h') + '\x02' + std::string("\0\0\0\0\0\0\x01\x02", 8));
    std::string hash = trail_prefix("order-17", TrailTopic::kOrdered);
    EXPECT_EQ(hash.back(), '\x01');
    std::uint64_t value = 0;
    for (const char byte : hash.substr(0, 8)) {
        value = (value << 8U) | static_cast<unsigned char>(byte);
    }
    EXPECT_EQ(value, hash64("order-17"));
}

TEST(TrailModel, AnyAscendingOffsetsComeBack) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 2'000; ++round) {
        std::vector<Offset> written{Offset{static_cast<std::int64_t>(random() % 1'000)}};
        for (std::uint64_t left = random() % 20; left > 0; --left) {
            const auto step = static_cast<std::int64_t>(random() >> (2 + random() % 60)) / 32 + 1;
            written.push_back(Offset{written.back().value + step});
        }
        const std::string key = key_of(TrailTopic::kAside, written.front().value);
        const std::string value = encode_trail(written);
        ASSERT_EQ(decode_trail(key, value).value(), written);
        if (value.empty()) continue;
        const auto cut = decode_trail(key, value.substr(0, random() % value.size()));
        ASSERT_TRUE(!cut || cut.value().size() < written.size()) << "nothing is invented";
    }
}

}  // namespace
}  // namespace sluice::runtime
