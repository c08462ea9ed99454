#include "event/json_lines.hpp"

#include "base/test_seed.hpp"
#include "event/json.hpp"
#include "event/random_event.hpp"

#include <gtest/gtest.h>

#include <random>
#include <sstream>

namespace sluice::event {
namespace {

constexpr const char* kOne = R"({"specversion":"1.0","id":"1","source":"/s","type":"t"})";

TEST(JsonLines, GoesOnAfterABadLine) {
    std::istringstream in{
        std::string{"\xEF\xBB\xBF"} + kOne + "\r\n\n  \n{\"id\":}\n" + kOne + "\n" + kOne};
    JsonLines lines{in, {}};
    const auto first = lines.next();
    ASSERT_TRUE(first.has_value() && first->event.has_value());
    EXPECT_EQ(first->number, 1U);
    EXPECT_EQ(first->event->id, "1");
    const auto second = lines.next();
    ASSERT_TRUE(second.has_value());
    EXPECT_EQ(second->number, 4U);
    ASSERT_FALSE(second->event.has_value());
    EXPECT_EQ(second->event.error().message, "line 4: byte 6: attribute 'id' must be a string");
    EXPECT_TRUE(lines.next()->event.has_value());
    const auto last = lines.next();
    EXPECT_EQ(last->number, 6U);
    EXPECT_TRUE(last->event.has_value());
    EXPECT_FALSE(lines.next().has_value());
    EXPECT_FALSE(lines.next().has_value());
    EXPECT_FALSE(lines.failed());
}

TEST(JsonLines, ATooLongLineIsAnAnswerToo) {
    EventLimits limits;
    limits.event_bytes_max = kAlwaysTakenBytes;
    const std::string large(limits.json_bytes_max() + 1, 'x');
    std::istringstream in{large + "\n" + kOne + "\n"};
    JsonLines lines{in, limits};
    const auto first = lines.next();
    ASSERT_TRUE(first.has_value());
    ASSERT_FALSE(first->event.has_value());
    EXPECT_EQ(first->event.error().code, ErrorCode::kTooLarge);
    EXPECT_EQ(
        first->event.error().message,
        "line 1: longer than 458752 bytes, which no event of at most 65536 bytes needs"
    );
    EXPECT_TRUE(lines.next()->event.has_value());
}

TEST(JsonLines, AnEmptyInputHasNone) {
    std::istringstream in;
    EXPECT_FALSE(JsonLines(in, {}).next().has_value());
}

TEST(JsonLines, ReadsWhatWasWritten) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    std::string text;
    std::vector<Event> written;
    for (int round = 0; round < 500; ++round) {
        Event event = sluice::test::random_event(random);
        if (event.data.has_value()) event.data = R"({"a":[1]})";
        text += write_json_line(event) + "\n";
        if (random() % 5 == 0) text += "not JSON\n";
        written.push_back(std::move(event));
    }
    std::istringstream in{text};
    JsonLines lines{in, {}};
    std::vector<Event> read;
    while (auto line = lines.next()) {
        if (line->event.has_value()) read.push_back(*line->event);
    }
    EXPECT_EQ(read, written);
}

}  // namespace
}  // namespace sluice::event
