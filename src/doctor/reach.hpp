#pragma once

#include "doctor/check.hpp"
#include "log/kafka/options.hpp"
#include "log/kafka/survey/facts.hpp"

#include <string>
#include <vector>

namespace sluice::doctor {

/// How far the way to a broker came.
enum class Layer : std::uint8_t { kDns, kTcp, kTls, kSasl, kAcl, kProtocol, kUnknown };

[[nodiscard]] std::string_view to_string(Layer layer);

struct Obstacle {
    Layer layer{Layer::kUnknown};
    std::string host;       ///< "broker-1:9092"
    bool bootstrap{false};  ///< named by us; otherwise a broker's advertised address
    std::string words;      ///< librdkafka's, without its ornaments

    auto operator<=>(const Obstacle&) const = default;
};

/// What a complaint of librdkafka means; nothing for those that only sum up others. Pure.
[[nodiscard]] std::optional<Obstacle> obstacle_of(const log::kafka::Complaint& complaint);

/// A check per broker that could not be reached: which layer, which host, which principal, what to
/// do. With `reached`, others serve, and these are warnings. Pure.
void check_reach(
    const std::vector<log::kafka::Complaint>& complaints,
    const log::kafka::KafkaOptions& options,
    bool reached,
    Checks& checks
);

/// "User:sluice", as these options make the broker see it.
[[nodiscard]] std::string principal_of(const log::kafka::KafkaOptions& options);

/// "plaintext", "ssl", "sasl_plaintext" or "sasl_ssl".
[[nodiscard]] std::string protocol_of(const log::kafka::KafkaOptions& options);

}  // namespace sluice::doctor
