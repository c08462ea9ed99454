#pragma once

#include "log/embedded/test_log.hpp"
#include "log/kafka/kafka.hpp"
#include "tests/kafka/broker.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>

namespace sluice::log::test {

inline constexpr Table kKept{1, Restore::kChangelog};
inline constexpr Table kFolded{2, Restore::kFold};

/// A corner of the shared broker that nobody else has, and a directory for the copy of the state.
class KafkaPlace {
public:
    [[nodiscard]] KafkaLogOptions options() const {
        KafkaLogOptions options;
        options.cluster.bootstrap = sluice::test::shared_broker();
        options.prefix = prefix_;
        options.cache = scratch_.path() / "cache";
        options.state_partitions = 4;
        return options;
    }

private:
    std::string prefix_{sluice::test::unique_name("t") + "."};
    ScratchDirectory scratch_;
};

inline std::unique_ptr<Log> open_kafka_or_fail(const KafkaLogOptions& options) {
    auto opened = open_kafka_log(options);
    EXPECT_TRUE(opened.has_value()) << opened.error().message;
    return opened ? std::move(opened).value() : nullptr;
}

/// Waits for what another thread or the broker brings about.
template <class Condition>
[[nodiscard]] bool soon(Condition holds) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{30};
    while (!holds()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    return true;
}

}  // namespace sluice::log::test
