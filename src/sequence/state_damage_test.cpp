// Stored state that is damaged is an answer, never a crash, and never takes memory that its bytes
// do not pay for.

#include "base/bytes.hpp"
#include "base/test_seed.hpp"
#include "sequence/ordered.hpp"
#include "sequence/state_codec.hpp"
#include "sequence/test_support.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <random>

namespace sluice::sequence {
namespace {

using namespace test;  // NOLINT(google-build-using-namespace): the words of these tests

Subject with_everything() {
    SequencerOptions options;
    options.waiting_events_max = 4;
    World world{options};
    world.come(
        {carrying(numbered("/a", 1), "placed"),
         unnumbered("/\xC3\xA4\xE2\x82\xAC", std::string{"\0\xFF", 2}),
         with_stamp(invalid(numbered("/a", 3)), "/b", 2),
         after(closing(unnumbered("/r", "x")), "never"),
         numbered("/a", 1'000'000),
         changed(numbered("/a", 1)),
         numbered("/z", kHighestNumber.value)}
    );
    static_cast<void>(world.sweep());
    static_cast<void>(world.choose(SettleConflict{ref_of(changed(numbered("/a", 1)))}));
    return world.subject;
}

/// One stored format: the bytes of a good value, and whether some bytes can be read and are written
/// again as a value that is read equal. Nothing: they cannot be read.
struct Format {
    std::string name;
    std::string bytes;
    std::function<std::optional<bool>(std::string_view)> reads_again;
};

template <class Decode, class Encode>
Format format_of(std::string name, std::string bytes, Decode decode, Encode encode) {
    return Format{
        std::move(name), std::move(bytes), [=](std::string_view stored) -> std::optional<bool> {
            const auto value = decode(stored);
            if (!value.has_value()) {
                EXPECT_EQ(value.error().code, ErrorCode::kCorrupt);
                EXPECT_FALSE(value.error().message.empty());
                return std::nullopt;
            }
            const auto again = decode(encode(*value));
            return again.has_value() && *again == *value;
        }};
}

std::vector<Format> formats() {
    const Subject subject = with_everything();
    Tombstone tombstone;
    tombstone.last = Position{300};
    tombstone.closed_day = 20'000;
    tombstone.sources = {{1, SourceNumber{1}, {}}, {~std::uint32_t{0}, kHighestNumber, {}}};
    Tombstone with_skipped = tombstone;
    with_skipped.sources[1].skipped = {
        {SourceNumber{2}, SourceNumber{300}}, {SourceNumber{9}, SourceNumber{9}}};
    const auto waiting = [](std::string_view bytes) { return read_waiting(bytes, {}); };
    return {
        format_of("history", encode_history(subject.history), decode_history, encode_history),
        format_of("waiting", stored_waiting(subject), waiting, stored_waiting),
        format_of("event", encode_event(*subject.waiting.begin()), decode_event, encode_event),
        format_of("tombstone", encode_tombstone(tombstone), decode_tombstone, encode_tombstone),
        format_of(
            "tombstone, skipped", encode_tombstone(with_skipped), decode_tombstone, encode_tombstone
        )};
}

TEST(StateDamage, GoodBytesAreRead) {
    for (const Format& format : formats()) {
        EXPECT_EQ(format.reads_again(format.bytes), true) << format.name;
    }
}

TEST(StateDamage, EveryCutAndEveryByteTooManyIsFound) {
    for (const Format& format : formats()) {
        // Nothing stored of what waits is a settled subject.
        const std::size_t least = format.name == "waiting" ? 1 : 0;
        for (std::size_t size = least; size < format.bytes.size(); ++size) {
            EXPECT_EQ(format.reads_again(format.bytes.substr(0, size)), std::nullopt)
                << format.name << " " << size;
        }
        EXPECT_EQ(format.reads_again(format.bytes + '\0'), std::nullopt) << format.name;
    }
}

TEST(StateDamage, AnotherVersionIsFound) {
    for (const Format& format : formats()) {
        for (const char version : {'\0', '\x01', '\x02', '\x7F', '\xFF'}) {
            if (version == format.bytes[0]) continue;
            std::string bytes = format.bytes;
            bytes[0] = version;
            EXPECT_EQ(format.reads_again(bytes), std::nullopt) << format.name;
        }
    }
}

TEST(StateDamage, EveryFlippedBitIsFoundOrIsAnotherWholeValue) {
    for (const Format& format : formats()) {
        for (std::size_t at = 0; at < format.bytes.size(); ++at) {
            for (int bit = 0; bit < 8; ++bit) {
                std::string bytes = format.bytes;
                bytes[at] = static_cast<char>(bytes[at] ^ (1 << bit));
                const auto again = format.reads_again(bytes);
                ASSERT_TRUE(!again.has_value() || *again) << format.name << " " << at;
            }
        }
    }
}

TEST(StateDamage, ACountOfBillionsTakesNoMemory) {
    std::string count;
    ByteWriter{count}.varint(std::uint64_t{1} << 60);
    for (const Format& format : formats()) {
        for (std::size_t at = 1; at < format.bytes.size(); ++at) {
            std::string bytes = format.bytes;
            bytes.replace(at, 1, count);
            const auto again = format.reads_again(bytes);
            ASSERT_TRUE(!again.has_value() || *again) << format.name << " " << at;
        }
    }
}

TEST(StateDamage, RandomBytesAreNoState) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    const std::vector<Format> all = formats();
    for (int round = 0; round < 20'000; ++round) {
        std::string bytes(random() % 60, '\0');
        for (char& byte : bytes) byte = static_cast<char>(random());
        if (!bytes.empty()) bytes[0] = 1;  // the right version, so that more is looked at
        for (const Format& format : all) {
            const auto again = format.reads_again(bytes);
            ASSERT_TRUE(!again.has_value() || *again) << format.name;
        }
    }
}

TEST(StateDamage, OrderOrNumberTwiceInTheRoomIsFound) {
    World world;
    world.come({numbered("/a", 2), numbered("/a", 3)});
    const std::string good = stored_waiting(world.subject);
    std::string twice = good;  // the number of the second event becomes that of the first
    const std::size_t id = twice.rfind("/a-3");
    ASSERT_NE(id, std::string::npos);
    bool found = false;
    for (std::size_t at = twice.find("type/a", good.size() / 2); at < twice.size(); ++at) {
        if (twice[at] != '\x03') continue;
        twice[at] = '\x02';
        found = !read_waiting(twice, {}).has_value();
        break;
    }
    EXPECT_TRUE(found);
}

}  // namespace
}  // namespace sluice::sequence
