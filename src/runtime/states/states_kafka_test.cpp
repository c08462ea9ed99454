// States on a real broker: every process answers for every subject.

#include "base/test_seed.hpp"
#include "contract/load.hpp"
#include "runtime/engine/kafka_process_fixture.hpp"
#include "runtime/states/state_lookup.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace sluice::runtime {
namespace {

using Process = test::KafkaProcess;

constexpr Milliseconds kPatience{60'000};

class StatesOnKafka : public testing::Test {
protected:
    test::KafkaProcess::Options folding(const std::string& name) {
        test::KafkaProcess::Options options{name, test::shop_plan()};
        options.plan.folded = std::make_shared<const contract::Contract>(
            contract::load_contract_text("shop.yaml", R"(asyncapi: 3.0.0
x-sluice: {domain: shop, homes: 1, reducer: merge-patch}
channels:
  a: {messages: {made: {$ref: '#/components/messages/made'}}}
components: {messages: {made: {name: a.made}}}
)")
                .value()
        );
        options.engine.states = true;
        options.session = std::chrono::milliseconds{6'000};
        homes_ = options.plan.homes;
        return options;
    }

    void publish(Process& by, int count) {
        std::vector<Event> events;
        for (int i = 0; i < count; ++i) {
            const std::string subject = fmt::format("s{}", random_() % 12);
            const std::uint64_t number = ++numbers_[subject];
            Event& one = events.emplace_back(test::event("a.made", subject, "/a", number));
            one.datacontenttype = "application/json";
            one.data = fmt::format(R"({{"n":{},"f{}":{}}})", number, number % 3, number);
        }
        for (const auto& placed : by.engine->publish(events)) ASSERT_TRUE(placed);
        ASSERT_TRUE(by.engine->wait_until_idle(kPatience));
    }

    static std::string expected(std::uint64_t position) {
        std::string state = fmt::format(R"({{"n":{})", position);
        for (std::uint64_t at = 1; at <= std::min<std::uint64_t>(position, 3); ++at) {
            std::uint64_t last = position;
            while (last % 3 != at % 3) --last;
            state += fmt::format(R"(,"f{}":{})", at % 3, last);
        }
        return state + "}";
    }

    /// Each position, as this process sees it.
    void check(const Process& by) {
        for (const auto& [subject, last] : numbers_) {
            for (std::uint64_t position = 1; position <= last; ++position) {
                const auto answer =
                    state_at(*by.log, {"shop", homes_, subject}, Position{position}, kPatience);
                ASSERT_TRUE(answer) << answer.error().message;
                ASSERT_TRUE(answer->view) << answer->text;
                ASSERT_EQ(answer->view->state, expected(position)) << subject;
                ASSERT_EQ(answer->view->missing, 0U);
            }
        }
    }

    std::mt19937_64 random_{sluice::test::seed()};
    std::map<std::string, std::uint64_t> numbers_;
    std::uint32_t homes_{};
    log::test::KafkaPlace place_;
    test::Seen seen_;
};

TEST_F(StatesOnKafka, EveryProcessAnswersForEverySubject) {
    Process one{place_, folding("one"), seen_};
    publish(one, 30);
    check(one);
    Process two{place_, folding("two"), seen_};
    publish(two, 30);
    check(two);
    check(one);
    EXPECT_TRUE(two.engine->stop());
    publish(one, 15);
    check(one);
}

}  // namespace
}  // namespace sluice::runtime
