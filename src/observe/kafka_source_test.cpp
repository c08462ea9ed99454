#include "observe/kafka_source.hpp"

#include "log/kafka/survey/survey_fixture.hpp"
#include "observe/observe.hpp"
#include "runtime/domain/plan_fixture.hpp"

#include <gtest/gtest.h>

namespace sluice::observe {
namespace {

using log::kafka::test::Producer;
using log::kafka::test::shared_cluster;
using sluice::test::unique_name;
using std::chrono::minutes;

constexpr Instant kNow{1'700'000'000'000};
constexpr Milliseconds kPatience{30'000};

/// Two topics of legacy producers on the shared broker: order and version lie in the value.
class KafkaObserve : public testing::Test {
protected:
    void SetUp() override {
        const auto pointer = [](const char* text) {
            return contract::JsonPointer::parse(text).value();
        };
        plan_.name = "old";
        plan_.homes = 2;
        for (const std::string& topic : {first_, then_}) {
            producer_.make_topic(topic, 2);
            runtime::ChannelPlan channel;
            channel.topic = topic;
            channel.partitions = 2;
            channel.plain = contract::PlainRecords{
                pointer("/order"), contract::Constant{"changed"}, "/old", {}, pointer("/version")};
            plan_.channels.push_back(std::move(channel));
        }
    }

    void send(const std::string& topic, const std::string& order, int version, minutes ago) {
        producer_.send(
            topic,
            version % 2,
            fmt::format(R"({{"order":"{}","version":{}}})", order, version),
            kNow.ms - Milliseconds{ago}.count()
        );
    }

    [[nodiscard]] KafkaSource source() {
        return std::move(KafkaSource::open(shared_cluster(), kPatience)).value();
    }

    Producer producer_;
    std::string first_{unique_name("first")};
    std::string then_{unique_name("then")};
    runtime::DomainPlan plan_;
};

TEST_F(KafkaObserve, CountsWhatLiesOnTheCluster) {
    send(first_, "old", 1, minutes{100});
    send(first_, "o1", 1, minutes{50});
    send(then_, "o2", 2, minutes{50});
    send(then_, "o1", 2, minutes{40});
    send(first_, "o2", 1, minutes{40});
    producer_.flush();
    ObserveOptions options;
    options.window = minutes{60};
    options.lags[first_] = minutes{15};
    KafkaSource here = source();
    const auto seen = observe(here, plan_, options, kNow);
    ASSERT_TRUE(seen) << seen.error().message;
    EXPECT_EQ(seen->counts.events, 4U) << "what is older than the window is not read";
    ASSERT_EQ(seen->counts.pairs.size(), 1U);
    EXPECT_EQ(seen->counts.pairs[0], (Pair{first_, then_, 2, {1, 1}, {2, 2}}));
    EXPECT_EQ(seen->channels.at(0).partitions, 2U);
}

TEST_F(KafkaObserve, ReadsAGroupsLagAndJoinsNone) {
    send(first_, "o1", 1, minutes{30});
    producer_.flush();
    KafkaSource here = source();
    const auto lags = here.lag_of(unique_name("nobody"), {first_}, kNow);
    ASSERT_FALSE(lags);
    EXPECT_EQ(lags.error().code, ErrorCode::kNotFound) << lags.error().message;
}

TEST_F(KafkaObserve, SaysThatNoChannelIsThere) {
    plan_.channels.resize(1);
    plan_.channels[0].topic = unique_name("nowhere");
    KafkaSource here = source();
    EXPECT_EQ(observe(here, plan_, {}, kNow).error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace sluice::observe
