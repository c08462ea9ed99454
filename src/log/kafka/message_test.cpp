// Records to and from librdkafka, without a broker: what was handed over comes back with the
// report that it was given up.

#include "log/kafka/message.hpp"

#include "base/test_seed.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <random>
#include <utility>
#include <vector>

namespace sluice::log::kafka {
namespace {

struct Report {
    Record record;
    std::int32_t partition{};
    rd_kafka_resp_err_t error{};
    void* token{};
};

class KafkaMessage : public testing::Test {
protected:
    KafkaMessage() {
        rd_kafka_conf_t* conf = rd_kafka_conf_new();
        set(conf, "queue.buffering.max.messages", "3");
        set(conf, "log_level", "0");
        rd_kafka_conf_set_opaque(conf, &reports_);
        rd_kafka_conf_set_dr_msg_cb(
            conf,
            [](rd_kafka_t* /*client*/, const rd_kafka_message_t* message, void* opaque) {
                Record record = record_of(*message);
                record.time = {};  // only a broker tells it
                static_cast<std::vector<Report>*>(opaque)->push_back(
                    {std::move(record), message->partition, message->err, message->_private}
                );
            }
        );
        std::array<char, 256> why{};
        producer_.reset(rd_kafka_new(RD_KAFKA_PRODUCER, conf, why.data(), why.size()));
        EXPECT_NE(producer_, nullptr) << why.data();
        topic_.reset(rd_kafka_topic_new(producer_.get(), "t", nullptr));
    }

    static void set(rd_kafka_conf_t* conf, const char* name, const char* value) {
        EXPECT_EQ(rd_kafka_conf_set(conf, name, value, nullptr, 0), RD_KAFKA_CONF_OK) << name;
    }

    [[nodiscard]] rd_kafka_resp_err_t send(const Record& record, void* token = nullptr) {
        return produce(producer_.get(), topic_.get(), 2, record, token);
    }

    /// What was handed over is given up; the reports of it.
    [[nodiscard]] std::vector<Report> given_up() {
        reports_.clear();
        EXPECT_EQ(
            rd_kafka_purge(producer_.get(), RD_KAFKA_PURGE_F_QUEUE), RD_KAFKA_RESP_ERR_NO_ERROR
        );
        EXPECT_EQ(rd_kafka_flush(producer_.get(), 10'000), RD_KAFKA_RESP_ERR_NO_ERROR);
        return reports_;
    }

    /// As a reader would get it.
    [[nodiscard]] Record round_trip(const Record& record) {
        EXPECT_EQ(send(record), RD_KAFKA_RESP_ERR_NO_ERROR);
        const auto reports = given_up();
        EXPECT_EQ(reports.size(), 1U);
        return reports.empty() ? Record{} : reports.front().record;
    }

    std::vector<Report> reports_;
    ClientHandle producer_;
    TopicHandle topic_;
};

TEST_F(KafkaMessage, ARecordComesBackWhole) {
    const Record record{"key", "value", {{"ce_id", "1"}, {"ce_type", "a.made"}}, {}};
    EXPECT_EQ(round_trip(record), record);
}

TEST_F(KafkaMessage, NoValueAndAnEmptyOneAreTwoThings) {
    for (const Record& record :
         {Record{std::nullopt, std::nullopt, {}, {}},
          Record{"", std::nullopt, {}, {}},
          Record{std::nullopt, "", {}, {}},
          Record{"", "", {{"h", ""}}, {}}}) {
        EXPECT_EQ(round_trip(record), record);
    }
}

TEST_F(KafkaMessage, HeadersKeepTheirOrderAndRepeatedNames) {
    const Record record{"k", "v", {{"b", "1"}, {"a", "2"}, {"b", "3"}, {"b", ""}}, {}};
    const Record back = round_trip(record);
    EXPECT_EQ(back, record);
    EXPECT_EQ(back.header("b"), "");
}

TEST_F(KafkaMessage, TheTokenAndThePartitionComeBackWithTheReport) {
    int one = 0;
    int two = 0;
    ASSERT_EQ(send({"a", "1", {}, {}}, &one), RD_KAFKA_RESP_ERR_NO_ERROR);
    ASSERT_EQ(send({"b", "2", {}, {}}, &two), RD_KAFKA_RESP_ERR_NO_ERROR);
    const auto reports = given_up();
    ASSERT_EQ(reports.size(), 2U);
    EXPECT_EQ(reports[0].token, &one);
    EXPECT_EQ(reports[1].token, &two);
    for (const Report& report : reports) {
        EXPECT_EQ(report.partition, 2);
        EXPECT_EQ(report.error, RD_KAFKA_RESP_ERR__PURGE_QUEUE);
    }
}

TEST_F(KafkaMessage, ACopyIsHandedOver) {
    Record record{"key", "value", {{"h", "x"}}, {}};
    const Record before = record;
    ASSERT_EQ(send(record), RD_KAFKA_RESP_ERR_NO_ERROR);
    record.value->assign("VALUE");
    record.key->assign("KEY");
    record.headers = {{"h", "X"}};
    const auto reports = given_up();
    ASSERT_EQ(reports.size(), 1U);
    EXPECT_EQ(reports[0].record, before);
}

/// The record that was not taken is still the caller's, headers and all: it goes when there is
/// room again.
TEST_F(KafkaMessage, AFullQueueIsSaidAndTakesNothing) {
    const Record record{"k", "v", {{"h", "1"}}, {}};
    for (int i = 0; i < 3; ++i) ASSERT_EQ(send(record), RD_KAFKA_RESP_ERR_NO_ERROR);
    EXPECT_EQ(send(record), RD_KAFKA_RESP_ERR__QUEUE_FULL);
    EXPECT_EQ(given_up().size(), 3U);
    EXPECT_EQ(round_trip(record), record);
}

TEST_F(KafkaMessage, ARecordThatIsTooLargeIsRefusedByName) {
    const Record record{"k", std::string(std::size_t{2} << 20, 'x'), {{"h", "1"}}, {}};
    EXPECT_EQ(send(record), RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE);
    EXPECT_TRUE(given_up().empty());
}

TEST_F(KafkaMessage, AnyBytesComeBack) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    const auto bytes = [&] {
        std::string text(random() % 40, '\0');
        for (char& byte : text) byte = static_cast<char>(random());
        return text;
    };
    for (int round = 0; round < 200; ++round) {
        Record record;
        if (random() % 4 != 0) record.key = bytes();
        if (random() % 4 != 0) record.value = bytes();
        for (std::uint64_t left = random() % 6; left > 0; --left) {
            record.headers.push_back({fmt::format("h{}", random() % 3), bytes()});
        }
        ASSERT_EQ(round_trip(record), record) << "round " << round;
    }
}

}  // namespace
}  // namespace sluice::log::kafka
