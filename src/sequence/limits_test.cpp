// Each limit of the core: at the limit, and one beyond.

#include "sequence/test_support.hpp"

#include <gtest/gtest.h>

namespace sluice::sequence {
namespace {

using namespace test;  // NOLINT(google-build-using-namespace): the words of these tests

std::string id_of(std::size_t n) {
    return fmt::format("u{}", n);
}

TEST(Limits, OfTheRememberedIds) {
    World world;
    for (std::size_t n = 0; n < kRememberedIdsMax; ++n) {
        world.come({unnumbered("/u", id_of(n))});
    }
    EXPECT_TRUE(is<Duplicate>(world.offer(unnumbered("/u", id_of(0)))));
    world.come({unnumbered("/u", "one more")});
    EXPECT_TRUE(is<Release>(world.offer(unnumbered("/u", id_of(0))))) << "too long ago to know";
    EXPECT_TRUE(is<Duplicate>(world.offer(unnumbered("/u", id_of(2)))));
}

TEST(Limits, OfTheComparedNumbers) {
    World world;
    world.come(numbers("/a", 1, kComparedNumbersMax));
    EXPECT_TRUE(is<Conflict>(world.offer(changed(numbered("/a", 1)))));
    World further;
    further.come(numbers("/a", 1, kComparedNumbersMax + 1));
    EXPECT_TRUE(is<Duplicate>(further.offer(changed(numbered("/a", 1)))));
    EXPECT_TRUE(is<Conflict>(further.offer(changed(numbered("/a", 2)))));
}

/// A world in which `gaps` numbers were given up, each before a released one: 1, 3, 5 …
World with_gaps(std::size_t gaps) {
    World world;
    for (std::uint64_t n = 1; n <= gaps; ++n) {
        world.come({numbered("/a", 2 * n)});
        EXPECT_EQ(refusal(world.choose(SkipMissing{fmt::format("/a {}", 2 * n - 1)})), "");
    }
    world.come(numbers("/a", 2 * gaps + 1, 2 * gaps + kComparedNumbersMax));
    return world;
}

TEST(Limits, OfTheSkippedRanges) {
    World full = with_gaps(kSkippedRangesMax);
    EXPECT_TRUE(is<Aside>(full.offer(numbered("/a", 1))));
    EXPECT_TRUE(is<Duplicate>(full.offer(numbered("/a", 2))));
    World beyond = with_gaps(kSkippedRangesMax + 1);
    EXPECT_TRUE(is<Aside>(beyond.offer(numbered("/a", 1)))) << "never forgotten";
    EXPECT_TRUE(is<Aside>(beyond.offer(numbered("/a", 2)))) << "released, between the oldest two: "
                                                               "aside rather than dropped";
    EXPECT_TRUE(is<Duplicate>(beyond.offer(numbered("/a", 4))));
}

TEST(Limits, OfWhatWaitsByCount) {
    SequencerOptions options;
    options.waiting_events_max = 3;
    World world{options};
    world.come(numbers("/a", 2, 4));
    EXPECT_TRUE(world.aside.empty());
    EXPECT_FALSE(world.subject.flood.has_value());
    world.come({numbered("/a", 5)});
    EXPECT_EQ(world.aside_ids, Names{"/a-5"});
    EXPECT_EQ(world.subject.waiting.size(), 3U);
}

TEST(Limits, OfWhatWaitsByBytes) {
    SequencerOptions options;
    options.waiting_bytes_max = std::size_t{64} << 10;
    Arrival first = numbered("/a", 2);
    const Arrival last = numbered("/a", 3);
    first.record.value->resize(
        first.record.value->size() + options.waiting_bytes_max - first.size_bytes() -
        last.size_bytes()
    );
    World exact{options};
    exact.come({first, last});
    EXPECT_EQ(exact.subject.waiting.bytes(), options.waiting_bytes_max);
    EXPECT_TRUE(exact.aside.empty());
    first.record.value->push_back('x');
    World beyond{options};
    beyond.come({first, last});
    EXPECT_EQ(beyond.aside_ids, Names{"/a-3"});
}

TEST(Limits, OfOneEventThatIsLargerThanTheWholeRoom) {
    SequencerOptions options;
    options.waiting_bytes_max = std::size_t{64} << 10;
    World world{options};
    Arrival big = numbered("/a", 1);
    big.record.value = std::string(options.waiting_bytes_max * 2, 'x');
    EXPECT_TRUE(is<Release>(world.offer(big))) << "what need not wait is not counted";
    big = numbered("/a", 3);
    big.record.value = std::string(options.waiting_bytes_max * 2, 'x');
    EXPECT_TRUE(is<Aside>(world.offer(big)));
}

TEST(Limits, OfTheFloodedSources) {
    SequencerOptions options;
    options.waiting_events_max = 1;
    World world{options};
    world.come({numbered("/first", 2)});
    for (std::size_t n = 0; n < kFloodedSourcesMax; ++n) {
        world.come({numbered(fmt::format("/s{}", n), 2)});
    }
    EXPECT_EQ(world.subject.flood->highest.size(), kFloodedSourcesMax);
    EXPECT_EQ(world.subject.flood->others, 0U);
    world.come({numbered("/one more", 2), numbered("/s0", 7), numbered("/s0", 3)});
    EXPECT_EQ(world.subject.flood->highest.size(), kFloodedSourcesMax);
    EXPECT_EQ(world.subject.flood->highest.front().number, SourceNumber{7});
    EXPECT_EQ(world.subject.flood->others, 1U) << "counted, not named";
}

TEST(Limits, OfTheNamesInACircle) {
    World world;
    for (int n = 1; n <= 6; ++n) {
        world.come({with_stamp(
            numbered(fmt::format("/s{}", n), 1), fmt::format("/s{}", n == 6 ? 1 : n + 1), 1
        )});
    }
    const auto missing = world.sequencer.missing(world.subject);
    ASSERT_EQ(missing.size(), 1U);
    EXPECT_EQ(missing[0], (Missing{"one another: /s1 1, /s2 1, /s3 1, /s4 1", 6, true}));
}

TEST(Limits, OfTheOptions) {
    struct Row {
        std::size_t events;
        std::size_t bytes;
        Milliseconds wait;
        bool valid;
    };

    constexpr std::size_t kKiB = 1 << 10;
    constexpr std::size_t kGiB = 1 << 30;
    constexpr Milliseconds kYear{std::chrono::hours{24 * 365}};
    for (const Row& row : std::vector<Row>{
             {1, 64 * kKiB, Milliseconds{0}, true},
             {1'000'000, kGiB, kYear, true},
             {0, kGiB, kYear, false},
             {1'000'001, kGiB, kYear, false},
             {1, 64 * kKiB - 1, kYear, false},
             {1, kGiB + 1, kYear, false},
             {1, kGiB, Milliseconds{-1}, false},
             {1, kGiB, kYear + Milliseconds{1}, false}}) {
        SequencerOptions options;
        options.waiting_events_max = row.events;
        options.waiting_bytes_max = row.bytes;
        options.gap_wait = row.wait;
        EXPECT_EQ(options.validate().has_value(), row.valid)
            << row.events << " " << row.bytes << " " << row.wait.count();
    }
}

}  // namespace
}  // namespace sluice::sequence
