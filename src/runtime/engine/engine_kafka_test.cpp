// Engines on a real broker: everything that runs on the embedded log runs here unchanged.

#include "base/test_seed.hpp"
#include "runtime/engine/kafka_process_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace sluice::runtime {
namespace {

using test::event;
using test::Seen;
using Process = test::KafkaProcess;

constexpr Milliseconds kLong{60'000};

test::KafkaProcess::Options as(const std::string& name) {
    test::KafkaProcess::Options options{name, test::shop_plan()};
    options.engine.threads = 2;
    options.session = std::chrono::milliseconds{6'000};
    return options;
}

class EngineOnKafka : public testing::Test {
protected:
    /// So many events of all subjects, in an order of their own.
    [[nodiscard]] std::vector<Event> some(int count) {
        std::vector<Event> events;
        for (int i = 0; i < count; ++i) {
            const std::string subject = fmt::format("s{}", random_() % 25);
            const char* type = random_() % 2 == 0 ? "a.made" : "a.cancelled";
            events.push_back(event(type, subject, "/a", ++numbers_[subject]));
        }
        std::shuffle(events.begin(), events.end(), random_);
        return events;
    }

    void publish(Process& by, int count) {
        for (const auto& placed : by.engine->publish(some(count))) {
            ASSERT_TRUE(placed.has_value()) << placed.error().message;
        }
    }

    static void settle(Process& process) {
        ASSERT_TRUE(process.engine->wait_until_idle(kLong))
            << (process.engine->failure() ? "" : process.engine->failure().error().message);
    }

    void check() {
        EXPECT_EQ(seen_.holes, 0U);
        for (const auto& [subject, last] : numbers_) {
            std::vector<std::string> expected;
            for (std::uint64_t n = 1; n <= last; ++n) {
                expected.push_back(event("a.made", subject, "/a", n).id);
            }
            EXPECT_EQ(seen_.of(subject), expected);
        }
    }

    std::mt19937_64 random_{sluice::test::seed()};
    std::map<std::string, std::uint64_t> numbers_;
    log::test::KafkaPlace place_;
    Seen seen_;
};

TEST_F(EngineOnKafka, OrderedOnceEachOverRestarts) {
    for (int life = 0; life < 3; ++life) {
        Process process{place_, as("one"), seen_};
        for (int batch = 0; batch < 4; ++batch) publish(process, 50);
        settle(process);
        EXPECT_TRUE(process.engine->stop().has_value());
    }
    check();
    EXPECT_EQ(seen_.repeated, 0U);
}

TEST_F(EngineOnKafka, ARestartMayFallIntoTheMiddleOfTheWork) {
    for (int life = 0; life < 3; ++life) {
        Process process{place_, as("one"), seen_};
        publish(process, 150);
        EXPECT_TRUE(process.engine->stop().has_value());
    }
    Process last{place_, as("one"), seen_};
    settle(last);
    check();
}

TEST_F(EngineOnKafka, ASecondProcessTakesItsShareAndGivesItBack) {
    Process one{place_, as("one"), seen_};
    publish(one, 100);
    {
        Process two{place_, as("two"), seen_};
        for (int batch = 0; batch < 6; ++batch) publish(batch % 2 == 0 ? one : two, 50);
        settle(two);
        settle(one);
        check();
        publish(two, 50);
        EXPECT_TRUE(two.engine->stop().has_value());
    }
    publish(one, 100);
    settle(one);
    check();
}

}  // namespace
}  // namespace sluice::runtime
