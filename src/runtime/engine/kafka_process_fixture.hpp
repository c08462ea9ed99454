#pragma once

#include "log/kafka/kafka_fixture.hpp"
#include "runtime/engine/runtime_fixture.hpp"

#include <memory>
#include <string>
#include <utility>

namespace sluice::runtime::test {

/// A process on a real broker: a log of its own, and an engine over it whose subscription tells
/// `Seen`.
struct KafkaProcess {
    struct Options {
        std::string name;
        DomainPlan plan;
        EngineOptions engine{};
        std::chrono::milliseconds session{10'000};
        log::kafka::SnapshotRules snapshots{};
    };

    KafkaProcess(const log::test::KafkaPlace& place, Options options, Seen& seen) {
        log::KafkaLogOptions log_options = place.options();
        log_options.instance = std::move(options.name);
        log_options.cache = cache.path() / "cache";
        log_options.session = options.session;
        log_options.cluster.snapshots = options.snapshots;
        log = log::test::open_kafka_or_fail(log_options);
        engine = std::make_unique<Engine>(*log, clock, options.engine);
        EXPECT_TRUE(engine->add_domain(std::move(options.plan)).has_value());
        Subscription subscription;
        subscription.name = "model";
        subscription.sink = std::make_unique<RecordingSink>(seen);
        EXPECT_TRUE(engine->add_subscription("shop", std::move(subscription)).has_value());
        const Status started = engine->start();
        EXPECT_TRUE(started.has_value()) << started.error().message;
    }

    log::test::ScratchDirectory cache;
    SystemClock clock;
    std::unique_ptr<log::Log> log;
    std::unique_ptr<Engine> engine;  ///< last: stops first
};

}  // namespace sluice::runtime::test
