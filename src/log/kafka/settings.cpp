#include "log/kafka/settings.hpp"

#include "log/kafka/options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <librdkafka/rdkafka.h>
#include <memory>

namespace sluice::log::kafka {

namespace {

using Conf = std::unique_ptr<rd_kafka_conf_t, decltype(&rd_kafka_conf_destroy)>;

constexpr std::array<std::string_view, 2> kBrokers{"bootstrap.servers", "metadata.broker.list"};

/// A home is a lease, a step a transaction, and a record is read once: all of these have one right
/// value.
constexpr std::array<std::string_view, 22> kOurs{
    "acks",
    "auto.commit.enable",
    "auto.offset.reset",
    "check.crcs",
    "enable.auto.commit",
    "enable.auto.offset.store",
    "enable.gapless.guarantee",
    "enable.idempotence",
    "enable.partition.eof",
    "group.id",
    "group.instance.id",
    "group.protocol",
    "isolation.level",
    "max.in.flight",
    "max.in.flight.requests.per.connection",
    "message.timeout.ms",
    "delivery.timeout.ms",
    "partition.assignment.strategy",
    "partitioner",
    "request.required.acks",
    "transaction.timeout.ms",
    "transactional.id"};

bool is_one_of(const auto& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

std::optional<std::string> wrong_with_setting(const std::string& name, const std::string& value) {
    if (is_one_of(kBrokers, name)) return "the brokers are named by `address`";
    if (is_one_of(kOurs, name))
        return "Sluice sets it itself: order and fencing rest on it; leave it out";
    if (value.find('\0') != std::string::npos) return "there is a zero byte in its value";
    const Conf conf{rd_kafka_conf_new(), &rd_kafka_conf_destroy};
    std::array<char, 512> why{};
    switch (rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), why.data(), why.size())) {
        case RD_KAFKA_CONF_OK: return std::nullopt;
        case RD_KAFKA_CONF_UNKNOWN:
            return fmt::format("librdkafka {} has no such setting", client_version());
        case RD_KAFKA_CONF_INVALID: break;
    }
    if (is_secret(name)) return "librdkafka does not take this value, which is not shown";
    return fmt::format("librdkafka: {}", why.data());
}

std::string client_version() {
    return rd_kafka_version_str();
}

}  // namespace sluice::log::kafka
