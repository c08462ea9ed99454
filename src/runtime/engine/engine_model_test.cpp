#include "base/test_seed.hpp"
#include "runtime/domain/topics.hpp"
#include "runtime/engine/runtime_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <random>
#include <thread>

namespace sluice::runtime {
namespace {

using test::event;
using test::Seen;
using test::Shop;

/// Histories of many subjects: source /a numbered over two types, source /b that stamps what it has
/// seen of /a.
struct History {
    std::vector<Event> events;  ///< in the order in which they happened
    std::map<std::string, std::vector<std::string>>
        of_a;  ///< ids of /a, and of /b, per subject in order
    std::map<std::string, std::vector<std::string>> of_b;
    std::map<std::string, std::string> stamps;  ///< id of /b -> id of /a that it followed
};

History make_history(std::mt19937_64& random, int subjects) {
    History history;
    for (int s = 0; s < subjects; ++s) {
        const std::string subject = fmt::format("s{}", s);
        std::uint64_t a = 0;
        std::uint64_t b = 0;
        const std::uint64_t length = 1 + random() % 12;
        for (std::uint64_t i = 0; i < length; ++i) {
            if (a == 0 || random() % 3 != 0) {
                const char* type = random() % 2 == 0 ? "a.made" : "a.cancelled";
                history.events.push_back(event(type, subject, "/a", ++a));
                history.of_a[subject].push_back(history.events.back().id);
                continue;
            }
            Event sent = event("b.sent", subject, "/b", ++b);
            sent.extensions["dependson"] = fmt::format("/a {}", a);
            history.of_b[subject].push_back(sent.id);
            history.stamps[sent.id] = history.of_a[subject].back();
            history.events.push_back(std::move(sent));
        }
    }
    return history;
}

/// As late topics bring it: shuffled within wide windows, and one in five twice.
std::vector<Event> disturbed(std::vector<Event> events, std::mt19937_64& random) {
    const std::size_t count = events.size();
    for (std::size_t i = 0; i < count; ++i) {
        if (random() % 5 == 0) events.push_back(events[random() % count]);
    }
    std::shuffle(events.begin(), events.end(), random);
    return events;
}

void check(const History& history, Seen& seen) {
    EXPECT_EQ(seen.holes, 0U);
    EXPECT_EQ(seen.total(), history.events.size());
    for (const auto& [subject, expected] : history.of_a) {
        std::vector<std::string> a;
        std::vector<std::string> b;
        std::set<std::string> before;
        for (const std::string& id : seen.of(subject)) {
            const bool is_a = id.find("/a.") != std::string::npos;
            (is_a ? a : b).push_back(id);
            const bool in_time = is_a || before.contains(history.stamps.at(id));
            EXPECT_TRUE(in_time) << id << " came too early";
            before.insert(id);
        }
        ASSERT_EQ(a, expected);
        const auto sent = history.of_b.find(subject);
        ASSERT_EQ(b, sent == history.of_b.end() ? std::vector<std::string>{} : sent->second);
    }
}

void publish_all(Shop& shop, std::vector<Event> events, std::mt19937_64& random) {
    std::size_t from = 0;
    while (from < events.size()) {
        const std::size_t size = std::min<std::size_t>(1 + random() % 300, events.size() - from);
        const auto begin = events.begin() + static_cast<std::ptrdiff_t>(from);
        shop.publish({begin, begin + static_cast<std::ptrdiff_t>(size)});
        from += size;
    }
}

class EngineModel : public testing::TestWithParam<std::uint32_t> {};

TEST_P(EngineModel, OrderedOnceEachWhateverComes) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    Shop shop{test::shop_plan(), test::fast_options(GetParam())};
    Seen seen;
    shop.subscribe("model", seen);
    shop.start();
    const History history = make_history(random, 400);
    publish_all(shop, disturbed(history.events, random), random);
    shop.settle();
    check(history, seen);
    EXPECT_EQ(seen.repeated, 0U);
    EXPECT_GT(shop.count(&SequencingProbe::waited), 0U);
    EXPECT_GT(shop.count(&SequencingProbe::duplicates), 0U);
    EXPECT_EQ(shop.count(&SequencingProbe::waiting_now), 0U);
    EXPECT_GT(shop.count(&SequencingProbe::repartitioned), 0U)
        << "b has 5 partitions by crc32, homes are 3";
}

INSTANTIATE_TEST_SUITE_P(Tasks, EngineModel, testing::Values(1U, 2U, 3U));

/// Stopped and opened anew at any moment, each time with another number of tasks.
TEST(EngineModel, RestartsLoseAndDoubleNothing) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    Shop shop;
    Seen seen;
    const History history = make_history(random, 300);
    const std::vector<Event> input = disturbed(history.events, random);
    const std::size_t part = input.size() / 8 + 1;
    for (std::size_t from = 0; from < input.size(); from += part) {
        shop.set_threads(1 + static_cast<std::uint32_t>(random() % 3));
        shop.restart();
        shop.subscribe("model", seen);
        shop.start();
        const auto begin = input.begin() + static_cast<std::ptrdiff_t>(from);
        const auto end =
            input.begin() + static_cast<std::ptrdiff_t>(std::min(from + part, input.size()));
        publish_all(shop, {begin, end}, random);
        if (random() % 2 == 0) shop.settle();
    }
    shop.settle();
    check(history, seen);
}

/// Somebody else takes the homes away, again and again: the steps that were open are refused, and
/// all goes on from what is certain.
TEST(EngineModel, FencedLeasesLoseAndDoubleNothing) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    Shop shop{test::shop_plan(), test::fast_options(2)};
    Seen seen;
    shop.subscribe("model", seen);
    shop.start();
    const History history = make_history(random, 300);
    std::jthread thief{[&shop, taken = random()](const std::stop_token& stop) mutable {
        while (!stop.stop_requested()) {
            ++taken;
            const std::string group =
                taken % 2 == 0 ? sequencer_group("shop") : runner_group("shop");
            const HomeId home{static_cast<std::uint32_t>(taken % 3)};
            static_cast<void>(shop.log().take(group, {home}));
            shop.log().wait_for_change(shop.log().version(), Milliseconds{20});
        }
    }};
    publish_all(shop, disturbed(history.events, random), random);
    thief.request_stop();
    thief.join();
    shop.settle();
    check(history, seen);
}

}  // namespace
}  // namespace sluice::runtime
