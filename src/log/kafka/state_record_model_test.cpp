// Whatever the bytes are: they come back, in the order of what they mean, or are refused.

#include "base/test_seed.hpp"
#include "log/checks.hpp"
#include "log/kafka/state_record.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <tuple>

namespace sluice::log::kafka {
namespace {

class StateRecordModel : public testing::Test {
protected:
    [[nodiscard]] std::string bytes(std::size_t most) {
        std::string text(random_() % (most + 1), '\0');
        for (char& byte : text) byte = static_cast<char>(random_());
        return text;
    }

    /// Close to one another and at both ends, so that the order of two is no matter of chance.
    [[nodiscard]] HomeId home() {
        const auto low = static_cast<std::uint32_t>(random_() % 3);
        return HomeId{(low << (8 * (random_() % 4))) - static_cast<std::uint32_t>(random_() % 2)};
    }

    std::uint64_t seed_{sluice::test::seed()};
    std::mt19937_64 random_{seed_};
};

TEST_F(StateRecordModel, KeysComeBackAndSortAsWhatTheyName) {
    SCOPED_TRACE(sluice::test::rerun(seed_));
    const auto order = [](const StateKey& key) {
        return std::tuple{key.home.value, key.table, key.key};
    };
    for (int round = 0; round < 20'000; ++round) {
        const std::string one_key = bytes(3);
        const std::string other_key = random_() % 2 == 0 ? one_key : bytes(3);
        const StateKey one{home(), static_cast<std::uint8_t>(random_()), one_key};
        const StateKey other{
            random_() % 2 == 0 ? one.home : home(),
            static_cast<std::uint8_t>(random_()),
            other_key};
        const std::string stored = encode_state_key(one);
        ASSERT_EQ(decode_state_key(stored).value(), one);
        ASSERT_EQ(stored < encode_state_key(other), order(one) < order(other));
    }
}

TEST_F(StateRecordModel, AnyBytesAreAKeyOrDamageAndNothingIsLost) {
    SCOPED_TRACE(sluice::test::rerun(seed_));
    for (int round = 0; round < 20'000; ++round) {
        const std::string stored = bytes(12);
        const auto key = decode_state_key(stored);
        ASSERT_EQ(key.has_value(), stored.size() >= 5);
        if (key) {
            ASSERT_EQ(encode_state_key(key.value()), stored);
        } else {
            ASSERT_EQ(key.error().code, ErrorCode::kCorrupt);
            ASSERT_NE(
                key.error().message.find(std::to_string(stored.size()) + " bytes"),
                std::string::npos
            );
        }
        const auto step = decode_step(stored);
        ASSERT_EQ(step.has_value(), stored.size() == 8);
        if (step) {
            ASSERT_EQ(encode_step(step.value()), stored);
        }
    }
}

TEST_F(StateRecordModel, MarksComeBackWhateverTheIdIs) {
    SCOPED_TRACE(sluice::test::rerun(seed_));
    for (int round = 0; round < 20'000; ++round) {
        const CommitMark mark{random_() >> (random_() % 64), "x" + bytes(20), random_() % 2 == 0};
        ASSERT_EQ(decode_mark(encode_mark(mark)), mark);
    }
    EXPECT_EQ(decode_mark(encode_mark({~std::uint64_t{0}, "id"}))->step, ~std::uint64_t{0});
}

/// A mark that lost its beginning, its end or a byte is another mark or none, and never a step that
/// nobody wrote because of what stands behind the number.
TEST_F(StateRecordModel, ADamagedMarkIsNoneWhenItsStepCannotBeRead) {
    const std::string whole = encode_mark({4'711, "p.g.one.0"});
    for (std::size_t length = 0; length < whole.size(); ++length) {
        const auto cut = decode_mark(std::string_view{whole}.substr(0, length));
        ASSERT_EQ(cut.has_value(), length > whole.find("p.g")) << length;
        if (cut) {
            ASSERT_EQ(cut->step, 4'711U);
        }
        if (length == 0) continue;
        ASSERT_EQ(decode_mark(std::string_view{whole}.substr(length)), std::nullopt);
    }
    for (const char* text :
         {"sluice1 18446744073709551616 id",
          "sluice1 -1 id",
          "sluice1 +1 id",
          "sluice1 0x1 id",
          "sluice1 1.5 id",
          "sluice1  1 id",
          "sluice1 1\tid",
          " sluice1 1 id",
          "SLUICE1 1 id",
          "sluice11 1 id"}) {
        EXPECT_EQ(decode_mark(text), std::nullopt) << text;
    }
}

TEST_F(StateRecordModel, EveryGroupsTopicIsOneThatKafkaTakesAndNoOthers) {
    SCOPED_TRACE(sluice::test::rerun(seed_));
    std::map<std::string, std::string> groups;
    for (int round = 0; round < 5'000; ++round) {
        std::string group =
            round % 2 == 0 ? bytes(6) : std::string(random_() % 260, 'g') + bytes(1);
        const std::string topic = state_topic(group);
        const Status valid = validate(TopicSpec{topic, 1});
        ASSERT_TRUE(valid) << valid.error().message;
        ASSERT_TRUE(topic.ends_with(".state")) << topic;
        const auto& whose = groups.emplace(topic, group).first->second;
        ASSERT_EQ(whose, group) << topic << " is the topic of two groups";
    }
}

}  // namespace
}  // namespace sluice::log::kafka
