#include "sequence/state_codec.hpp"

#include "sequence/test_support.hpp"

#include <gtest/gtest.h>

namespace sluice::sequence {
namespace {

using namespace test;  // NOLINT(google-build-using-namespace): the words of these tests

/// A subject with every part filled in.
Subject full_subject() {
    SequencerOptions options;
    options.waiting_events_max = 6;
    World world{options};
    static_cast<void>(world.offer(carrying(numbered("/a", 1), "placed")));
    static_cast<void>(world.offer(unnumbered("/r", "seen")));
    static_cast<void>(world.offer(with_stamp(invalid(numbered("/a", 3)), "/b", 2)));
    static_cast<void>(world.offer(after(closing(unnumbered("/r", "x")), "never")));
    static_cast<void>(world.offer(after(numbered("/c", 2), "placed", true)));
    Arrival bare = numbered("/d", 9);
    bare.record = Record{};
    static_cast<void>(world.offer(bare));
    static_cast<void>(world.offer(changed(numbered("/a", 1))));
    static_cast<void>(world.offer(unnumbered("/u", "waits, being held")));
    static_cast<void>(world.offer(numbered("/e", 5)));
    static_cast<void>(world.offer(unnumbered("/e", "aside")));
    static_cast<void>(world.sweep());
    world.pass(Milliseconds{500});
    SourceHistory buried;
    buried.hash_if_unnamed = 12345;
    buried.released = SourceNumber{4};
    buried.skipped = {Skipped{SourceNumber{1}, SourceNumber{2}}};
    world.subject.history.sources.push_back(buried);
    world.subject.history.closed = true;
    world.subject.history.closed_at = Instant{12};
    world.subject.gap->act_after = SweepId{9};
    return world.subject;
}

TEST(StateCodec, HistoryAndWaitingPartComeBackEqual) {
    const Subject subject = full_subject();
    ASSERT_EQ(subject.waiting.size(), 5U);
    ASSERT_EQ(subject.conflicts.size(), 1U);
    ASSERT_TRUE(subject.hold.has_value() && subject.gap.has_value() && subject.flood.has_value());
    ASSERT_EQ(subject.flood->highest.size(), 1U);
    ASSERT_EQ(subject.flood->others, 1U);
    auto history = decode_history(encode_history(subject.history));
    ASSERT_TRUE(history.has_value());
    auto back = read_waiting(stored_waiting(subject), *history);
    ASSERT_TRUE(back.has_value());
    EXPECT_EQ(*back, subject);
    EXPECT_EQ(back->waiting.bytes(), subject.waiting.bytes());
}

TEST(StateCodec, SettledSubjectHasNoWaitingPart) {
    World world;
    static_cast<void>(world.offer(numbered("/a", 1)));
    EXPECT_EQ(stored_waiting(world.subject), "");
    EXPECT_EQ(read_waiting("", world.subject.history).value(), world.subject);
}

TEST(StateCodec, AHeadIsSmallHoweverMuchWaits) {
    World world;
    for (std::uint64_t n = 2; n <= 2'000; ++n) static_cast<void>(world.offer(numbered("/a", n)));
    const std::string bytes = encode_head(world.subject);
    EXPECT_LT(bytes.size(), 100U);
    const auto head = decode_head(bytes);
    ASSERT_TRUE(head.has_value());
    EXPECT_EQ(head->subject.waiting.size(), 1'999U);
    EXPECT_EQ(head->subject.waiting.bytes(), world.subject.waiting.bytes());
    EXPECT_FALSE(head->subject.waiting.is_read());
    EXPECT_EQ(head->conflicts, SourceLoads{});
    EXPECT_EQ(head->subject.gap, world.subject.gap);
}

TEST(StateCodec, OlderFormatsOfWhatWaitsAreRefusedByName) {
    for (const char version : {'\x01', '\x02'}) {
        const auto head = decode_head(version + std::string(4, '\0'));
        ASSERT_FALSE(head.has_value());
        EXPECT_NE(head.error().message.find("then upgrade"), std::string::npos);
    }
}

TEST(StateCodec, AHeadThatCountsASourceTwiceIsDamage) {
    World world;
    world.come({numbered("/a", 2), numbered("/b", 2)});
    std::string bytes = encode_head(world.subject);
    ASSERT_TRUE(decode_head(bytes).has_value());
    bytes[bytes.find("/b") + 1] = 'a';
    EXPECT_EQ(decode_head(bytes).error().code, ErrorCode::kCorrupt);
}

TEST(StateCodec, AnEventTooFewOrTooManyIsFound) {
    const Subject subject = full_subject();
    std::vector<std::string> bytes;
    for (const WaitingEvent& event : subject.waiting) bytes.push_back(encode_event(event));
    for (const WaitingEvent& event : subject.conflicts) bytes.push_back(encode_event(event));
    std::vector<std::string_view> events{bytes.begin(), bytes.end()};
    const auto read = [&] {
        return decode_waiting(decode_head(encode_head(subject)).value(), events, subject.history);
    };
    EXPECT_EQ(read().value(), subject);
    events.push_back(bytes.front());
    EXPECT_FALSE(read().has_value());
    events.resize(bytes.size() - 1);
    EXPECT_FALSE(read().has_value());
}

TEST(StateCodec, OneEventComesBackEqual) {
    const Subject subject = full_subject();
    for (const WaitingEvent& event : subject.waiting) {
        EXPECT_EQ(decode_event(encode_event(event)).value(), event);
    }
}

TEST(StateCodec, EveryCutIsFound) {
    const Subject subject = full_subject();
    const std::string history = encode_history(subject.history);
    for (std::size_t size = 0; size < history.size(); ++size) {
        EXPECT_FALSE(decode_history(history.substr(0, size)).has_value()) << size;
    }
    const std::string waiting = stored_waiting(subject);
    for (std::size_t size = 1; size < waiting.size(); ++size) {
        EXPECT_FALSE(read_waiting(waiting.substr(0, size), {}).has_value()) << size;
    }
    EXPECT_FALSE(decode_history(history + "x").has_value());
    EXPECT_FALSE(read_waiting(waiting + "x", {}).has_value());
    EXPECT_EQ(decode_history("\x02").error().code, ErrorCode::kCorrupt);
    EXPECT_FALSE(decode_event("").has_value());
    EXPECT_FALSE(decode_tombstone("").has_value());
}

TEST(StateCodec, EveryFlippedByteIsAnErrorOrAValueThatCanBeStoredAgain) {
    const Subject subject = full_subject();
    const std::string whole = stored_waiting(subject);
    for (std::size_t at = 0; at < whole.size(); ++at) {
        for (const int flip : {0x01, 0x80, 0xFF}) {
            std::string bytes = whole;
            bytes[at] = static_cast<char>(bytes[at] ^ flip);
            const auto back = read_waiting(bytes, subject.history);
            if (!back.has_value()) continue;
            const auto again = read_waiting(stored_waiting(*back), subject.history);
            ASSERT_TRUE(again.has_value() && *again == *back) << at;
        }
    }
}

TEST(StateCodec, TombstoneOfOneSourceTakesAtMost32Bytes) {
    Tombstone tombstone;
    tombstone.last = Position{~std::uint64_t{0}};
    tombstone.closed_day = -1;
    tombstone.sources = {{~std::uint32_t{0}, SourceNumber{~std::uint64_t{0}}, {}}};
    const std::string bytes = encode_tombstone(tombstone);
    EXPECT_LE(bytes.size(), 32U);
    EXPECT_EQ(decode_tombstone(bytes).value(), tombstone);
    EXPECT_FALSE(decode_tombstone(bytes + "x").has_value());
}

}  // namespace
}  // namespace sluice::sequence
