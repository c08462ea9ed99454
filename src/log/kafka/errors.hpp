#pragma once

#include <sluice/result.hpp>

#include <chrono>
#include <functional>
#include <librdkafka/rdkafka.h>
#include <string_view>

namespace sluice::log::kafka {

/// What an answer of Kafka or librdkafka means to a caller. Pure.
[[nodiscard]] ErrorCode code_of(rd_kafka_resp_err_t error) noexcept;

/// "commit: Broker: Invalid transaction … (INVALID_TXN_STATE)", with `doing` in front.
[[nodiscard]] Error error_of(rd_kafka_resp_err_t error, std::string_view doing);

/// The same with librdkafka's own words, which say more.
[[nodiscard]] Error error_of(
    rd_kafka_resp_err_t error, std::string_view doing, std::string_view words
);

/// Whether it came from the way to the broker, so that what was asked may have happened or may yet
/// happen.
[[nodiscard]] bool is_transport(rd_kafka_resp_err_t error) noexcept;

/// Whether asking again soon may get an answer: a leader moves, a topic has just been made.
[[nodiscard]] bool is_passing(rd_kafka_resp_err_t error) noexcept;

/// Looks again and again until it holds. False: not within `patience`.
[[nodiscard]] bool wait_until(
    std::chrono::milliseconds patience, const std::function<bool()>& holds
);

/// How long the first asking of several waits for its answer, at most.
inline constexpr std::chrono::milliseconds kFirstAsking{3'000};

/// Asks until the answer is one, or passes no more, or `patience` is over. Each asking is told for
/// how many milliseconds it may wait, a part of the patience that doubles: a broker that does not
/// answer may be gone for good, and another have taken its place, which whoever goes on waiting
/// for the first never learns.
[[nodiscard]] rd_kafka_resp_err_t ask_again(
    std::chrono::milliseconds patience, const std::function<rd_kafka_resp_err_t(int)>& ask
);

}  // namespace sluice::log::kafka
