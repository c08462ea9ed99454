#pragma once

#include "log/conformance_suite.hpp"
#include "log/kafka/engine.hpp"
#include "log/kafka/kafka_fixture.hpp"
#include "log/kafka/message.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace sluice::log::test {

/// The parts of the log on a real broker, each to be had alone.
class KafkaParts {
public:
    explicit KafkaParts(KafkaLogOptions options) : options_{std::move(options)} {}

    [[nodiscard]] kafka::Parts parts() {
        return {options_, topics, watermarks, streams, *cache_, changed, snapshots, names};
    }

    [[nodiscard]] std::unique_ptr<kafka::Transactions> transactions(const std::string& id) {
        auto opened = kafka::Transactions::open(options_, topics, options_.prefix + id);
        EXPECT_TRUE(opened) << opened.error().message;
        return std::move(opened.value());
    }

    [[nodiscard]] const KafkaLogOptions& options() const { return options_; }

    [[nodiscard]] kafka::Trouble& trouble() { return trouble_; }

    [[nodiscard]] rd_kafka_t* raw() { return raw_.get(); }

private:
    KafkaLogOptions options_;
    kafka::Trouble trouble_;
    std::unique_ptr<kafka::Cache> cache_{kafka::Cache::open(options_.cache).value()};
    kafka::ClientHandle raw_{kafka::make_asker(options_, trouble_, false).value()};
    kafka::ClientHandle committed_{kafka::make_asker(options_, trouble_, true).value()};

public:
    kafka::Topics topics{raw_.get(), options_};
    kafka::Watermarks watermarks{topics, raw_.get(), committed_.get(), options_};
    ChangeSignal changed;
    kafka::Streams streams{options_, trouble_, topics, watermarks, changed};
    std::unique_ptr<kafka::Producer> producer{
        kafka::Producer::open(options_, trouble_, topics).value()};
    kafka::SnapshotWriter snapshots{options_, topics, *producer};
    kafka::NamesBook names{options_, topics, watermarks, streams};
};

/// A transaction that somebody has begun, written to and left open.
class OpenTransaction {
public:
    OpenTransaction(
        KafkaParts& parts,
        const std::string& id,
        const PartitionRef& to,
        const std::string& value,
        const std::optional<std::string>& key = {}
    ) {
        kafka::ClientMaker maker{parts.options(), parts.trouble()};
        maker.set("transactional.id", parts.options().prefix + id)
            .set("transaction.timeout.ms", "60000");
        client_ = maker.make(RD_KAFKA_PRODUCER).value();
        rd_kafka_init_transactions(client_.get(), 30'000);
        rd_kafka_begin_transaction(client_.get());
        kafka::Targets targets{client_.get(), parts.options(), parts.topics};
        Record record = conformance::text(value);
        if (key) record.key = key;  // a compacted topic takes none without
        const auto error = kafka::produce(
            client_.get(),
            targets.at(to.topic).value(),
            static_cast<std::int32_t>(to.partition.value),
            record,
            nullptr
        );
        EXPECT_EQ(error, RD_KAFKA_RESP_ERR_NO_ERROR);
        rd_kafka_flush(client_.get(), 30'000);
    }

    void commit() { end(rd_kafka_commit_transaction(client_.get(), 30'000)); }

    void abort() { end(rd_kafka_abort_transaction(client_.get(), 30'000)); }

private:
    static void end(rd_kafka_error_t* error) {
        const kafka::ErrorHandle failed{error};
        EXPECT_EQ(failed, nullptr) << rd_kafka_error_string(error);
    }

    kafka::ClientHandle client_;
};

}  // namespace sluice::log::test
