#include "log/conformance_suite.hpp"
#include "log/kafka/kafka_fixture.hpp"

namespace sluice::log::conformance {

namespace {

class OnKafka final : public Backend {
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

private:
    void open() { log_ = test::open_kafka_or_fail(place_.options()); }

    test::KafkaPlace place_;
    std::unique_ptr<Log> log_;
};

const auto kOnKafka = testing::Values(Factory{[] { return std::make_unique<OnKafka>(); }});

INSTANTIATE_TEST_SUITE_P(OnKafka, LogTopics, kOnKafka);
INSTANTIATE_TEST_SUITE_P(OnKafka, LogSteps, kOnKafka);
INSTANTIATE_TEST_SUITE_P(OnKafka, LogModel, kOnKafka);

}  // namespace

}  // namespace sluice::log::conformance
