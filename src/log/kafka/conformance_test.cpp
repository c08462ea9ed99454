#include "log/conformance_suite.hpp"
#include "log/kafka/kafka_fixture.hpp"

namespace sluice::log::conformance {

namespace {

class OnKafka : public Backend {
public:
    OnKafka() { open(); }

    [[nodiscard]] Log& log() override { return *log_; }

    void reopen() override {
        log_.reset();
        open();
    }

    [[nodiscard]] bool has_holes() const override { return true; }

    [[nodiscard]] std::uint32_t partitions_max() const override { return 64; }

    [[nodiscard]] int shorter() const override { return 8; }

protected:
    void open() { log_ = test::open_kafka_or_fail(place_.options()); }

    void close() { log_.reset(); }

    [[nodiscard]] const test::KafkaPlace& place() const { return place_; }

private:
    test::KafkaPlace place_;
    std::unique_ptr<Log> log_;
};

/// The same where topics and groups have other names on the brokers, as after a growth.
class OnNamedKafka final : public OnKafka {
public:
    OnNamedKafka() {
        close();
        {
            auto replacing = open_kafka_to_replace(place().options());
            EXPECT_TRUE(replacing) << replacing.error().message;
            const std::vector<std::string> topics{
                "t", "a", "b", "in", "out", "wide", "order.placed"};
            SLUICE_EXPECT_OK(replacing.value()->replace({{}, {}, topics, {"g", "old", "k"}}));
        }
        open();
    }
};

const auto kOnKafka = testing::Values(Factory{[] { return std::make_unique<OnKafka>(); }});
const auto kNamed = testing::Values(Factory{[] { return std::make_unique<OnNamedKafka>(); }});

INSTANTIATE_TEST_SUITE_P(OnKafka, LogTopics, kOnKafka);
INSTANTIATE_TEST_SUITE_P(OnKafka, LogSteps, kOnKafka);
INSTANTIATE_TEST_SUITE_P(OnKafka, LogModel, kOnKafka);

INSTANTIATE_TEST_SUITE_P(OnNamedKafka, LogTopics, kNamed);
INSTANTIATE_TEST_SUITE_P(OnNamedKafka, LogSteps, kNamed);
INSTANTIATE_TEST_SUITE_P(OnNamedKafka, LogModel, kNamed);

}  // namespace

}  // namespace sluice::log::conformance
