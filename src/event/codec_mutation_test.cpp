#include "base/test_mutation.hpp"
#include "base/test_seed.hpp"
#include "event/codec_fixture.hpp"
#include "event/random_event.hpp"
#include "event/validate.hpp"
#include "event/view.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <random>
#include <string>
#include <string_view>

namespace sluice::event {
namespace {

using sluice::test::mutated;

constexpr std::string_view kJsonMarks = "{}[],:\"\\/0123456789eE+-.untfalsr \n\x00\xC3\xED";
constexpr int kRounds = 4'000;

/// One line, and it says where: a byte of the text, an attribute, an extension, a header, the data.
void expect_place(const Error& error, std::size_t bytes) {
    const std::string_view message = error.message;
    ASSERT_TRUE(
        error.code == ErrorCode::kInvalidEvent || error.code == ErrorCode::kTooLarge ||
        error.code == ErrorCode::kUnsupported
    ) << message;
    ASSERT_EQ(message.find('\n'), std::string_view::npos) << message;
    ASSERT_LE(message.size(), 400U) << message;
    const std::size_t at = message.find("byte ");
    if (at == 0) {
        std::size_t byte = 0;
        std::from_chars(message.data() + 5, message.data() + message.size(), byte);
        ASSERT_LE(byte, bytes) << message;
        return;
    }
    constexpr std::array places{"attribute '", "extension '", "header '", "'data", "event"};
    const bool named = std::any_of(places.begin(), places.end(), [&](const char* place) {
        return message.find(place) != std::string_view::npos;
    });
    ASSERT_TRUE(named) << message;
}

/// What was taken is an event, and every codec agrees on it.
void expect_whole(const Event& event) {
    ASSERT_TRUE(validate(event, {}).has_value());
    for (const test::Codec& codec : test::codecs()) {
        if (!test::keeps_bytes(codec, event)) continue;
        const auto back = codec.there_and_back(event);
        ASSERT_TRUE(back.has_value()) << codec.name << ": " << back.error().message;
        ASSERT_EQ(*back, event) << codec.name;
    }
}

TEST(DamagedJson, IsTakenWholeOrRefusedWithItsPlace) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    int taken = 0;
    for (int round = 0; round < kRounds; ++round) {
        std::string text = write_json(sluice::test::random_event(random));
        for (std::uint64_t left = random() % 3 + 1; left > 0; --left) {
            text = mutated(random, std::move(text), kJsonMarks);
        }
        const auto read = parse_json(text, {});
        if (read.has_value()) {
            ++taken;
            expect_whole(*read);
        } else {
            expect_place(read.error(), text.size());
        }
        ASSERT_FALSE(HasFatalFailure()) << text;
    }
    EXPECT_GT(taken, 0);
    EXPECT_LT(taken, kRounds);
}

TEST(DamagedJson, OfABatchLeavesNoEventHalfTaken) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 1'000; ++round) {
        std::vector<Event> events;
        for (std::uint64_t left = random() % 4 + 1; left > 0; --left) {
            events.push_back(sluice::test::random_event(random));
        }
        const std::string text = mutated(random, write_json_batch(events), kJsonMarks);
        const auto read = parse_json_batch(text, {});
        if (read.has_value()) {
            for (const Event& event : *read) expect_whole(event);
        } else {
            expect_place(read.error(), text.size());
        }
        ASSERT_FALSE(HasFatalFailure()) << text;
    }
}

// The lines around a broken one are still read.
TEST(DamagedJson, OfALineIsThatLinesAlone) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 500; ++round) {
        const Event before = test::good_event();
        std::string broken =
            mutated(random, write_json_line(sluice::test::random_event(random)), kJsonMarks);
        std::replace(broken.begin(), broken.end(), '\n', ' ');
        std::istringstream in{
            write_json_line(before) + "\n" + broken + "\n" + write_json_line(before)};
        JsonLines lines{in, {}};
        ASSERT_EQ(lines.next().value().event.value(), before);
        auto line = lines.next().value();
        const bool passed_over = line.number == 3;
        if (!passed_over) {
            ASSERT_EQ(line.number, 2U);
            if (!line.event.has_value()) {
                ASSERT_TRUE(line.event.error().message.starts_with("line 2: "));
            }
            line = lines.next().value();
        }
        ASSERT_EQ(line.event.value(), before);
        ASSERT_FALSE(lines.next().has_value());
    }
}

Record damaged(std::mt19937_64& random, Record record) {
    constexpr std::string_view marks = "ce_CE-id:\x00\xFF /;+json";
    std::vector<std::pair<std::string, std::string>> headers;
    for (const Header& header : record.headers) headers.emplace_back(header.name, header.value);
    const std::size_t at = random() % headers.size();
    auto& [name, value] = headers[at];
    switch (random() % 7) {
        case 0: name = mutated(random, name, marks); break;
        case 1: value = mutated(random, value, marks); break;
        case 2: headers.erase(headers.begin() + static_cast<std::ptrdiff_t>(at)); break;
        case 3: headers.emplace_back(headers[at]); break;
        case 4: headers.emplace_back(name, mutated(random, value, marks)); break;
        case 5: std::swap(headers[at], headers[random() % headers.size()]); break;
        default:
            if (record.value.has_value()) record.value = mutated(random, *record.value, kJsonMarks);
    }
    record.headers.clear();
    for (const auto& [its_name, its_value] : headers) {
        record.headers.push_back({its_name, its_value});
    }
    return record;
}

TEST(DamagedRecord, IsTakenWholeOrRefusedWithItsHeader) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    int taken = 0;
    for (int round = 0; round < kRounds; ++round) {
        const Event event = sluice::test::random_event(random);
        const bool binary = random() % 4 != 0;
        Record record =
            damaged(random, binary ? to_record(event, "k") : to_structured_record(event, "k"));
        const auto read = from_record(record, {});
        if (read.has_value()) {
            ++taken;
            expect_whole(*read);
        } else {
            expect_place(read.error(), record.value.value_or("").size());
        }
        ASSERT_FALSE(HasFatalFailure());
    }
    EXPECT_GT(taken, 0);
    EXPECT_LT(taken, kRounds);
}

// The hot path looks at headers without checking them. Where the whole event can be read, it saw
// the same; so no two parts of Sluice ever disagree about whose event it is.
TEST(DamagedRecord, TheViewSeesWhatTheEventHolds) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < kRounds; ++round) {
        Record record = to_record(sluice::test::random_event(random), "k");
        for (std::uint64_t left = random() % 3 + 1; left > 0; --left) {
            record = damaged(random, std::move(record));
            if (record.headers.empty()) break;
        }
        const auto read = from_record(record, {});
        const auto view = EventView::of(record);
        if (!read.has_value() || !view.has_value()) continue;
        ASSERT_EQ(view->id(), read->id);
        ASSERT_EQ(view->source(), read->source);
        ASSERT_EQ(view->type(), read->type);
        ASSERT_EQ(view->subject(), read->subject);
        ASSERT_EQ(view->data(), read->data);
        for (const auto& [name, value] : read->extensions) ASSERT_EQ(view->extension(name), value);
    }
}

}  // namespace
}  // namespace sluice::event
