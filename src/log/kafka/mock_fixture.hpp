#pragma once

#include "log/kafka/client.hpp"
#include "log/kafka/topics.hpp"

#include <gtest/gtest.h>

#include <librdkafka/rdkafka_mock.h>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sluice::log::kafka::test {

/// librdkafka's mock cluster: it answers as brokers do at moments at which a real one cannot be
/// held for as long as a test needs.
class MockTest : public testing::Test {
protected:
    explicit MockTest(int brokers = 1) {
        ClientMaker maker{options_of("127.0.0.1:1"), trouble_};
        host_ = std::move(maker.make(RD_KAFKA_PRODUCER)).value();
        cluster_.reset(rd_kafka_mock_cluster_new(host_.get(), brokers));
        options_ = options_of(rd_kafka_mock_cluster_bootstraps(cluster_.get()));
        asker_ = std::move(make_asker(options_, trouble_, false)).value();
        topics_.emplace(asker_.get(), options_);
    }

    [[nodiscard]] static KafkaLogOptions options_of(std::string bootstrap) {
        KafkaLogOptions options;
        options.cluster.bootstrap = std::move(bootstrap);
        options.transaction = std::chrono::milliseconds{1'000};
        return options;
    }

    /// The next requests of that kind are answered so.
    void answer(std::int16_t key, rd_kafka_resp_err_t error, std::size_t times) {
        const std::vector codes(times, error);
        rd_kafka_mock_push_request_errors_array(cluster_.get(), key, codes.size(), codes.data());
    }

    Trouble trouble_;
    ClientHandle host_;
    std::unique_ptr<rd_kafka_mock_cluster_t, DestroyedBy<rd_kafka_mock_cluster_destroy>> cluster_;
    KafkaLogOptions options_;
    ClientHandle asker_;
    std::optional<Topics> topics_;
};

}  // namespace sluice::log::kafka::test
