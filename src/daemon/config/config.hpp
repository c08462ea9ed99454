#pragma once

#include <sluice/result.hpp>

#include "daemon/access/auth.hpp"
#include "daemon/config/address.hpp"
#include "daemon/config/subscription_config.hpp"
#include "daemon/config/trace_config.hpp"
#include "daemon/logging/logger.hpp"
#include "deliver/push/address_guard.hpp"
#include "http/server.hpp"
#include "log/kafka/options.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::daemon {

/// `sluice.yaml`, key by key in docs/reference/config.md; paths are resolved against its directory.
struct Config {
    std::string data{"sluice-data"};
    Address listen{"127.0.0.1", 8480};
    Address management{"127.0.0.1", 8481};
    std::optional<http::TlsFiles> tls;  ///< of both; nothing: plain HTTP
    std::vector<TokenConfig> tokens;    ///< none: everybody on this machine may do everything
    std::vector<std::string> contracts;
    LogLevel log_level{LogLevel::kInfo};
    std::uint64_t event_bytes_max{std::uint64_t{1} << 20};
    std::uint64_t reserve_bytes{std::uint64_t{512} << 20};
    std::uint32_t threads{1};  ///< not said: `default_threads` on the embedded log, 1 on Kafka
    bool trails{true};         ///< of each subject: what `sluice trace` reads
    std::vector<SubscriptionConfig> subscriptions;
    deliver::push::AddressGuard push_guard;  ///< where commands may be posted to, and events
    std::vector<std::string> sagas;          ///< files of their definitions
    TraceConfig traces;
    std::optional<log::kafka::KafkaOptions> kafka;  ///< nothing: the embedded log under `data`
};

/// That sequence, where nobody said how many: one for each processor, at most 4.
[[nodiscard]] std::uint32_t default_threads();

/// Failure: kBadConfig with every problem of the file, a line each: file, line, key, value, what is
/// allowed; kNotFound when there is no such file.
[[nodiscard]] Result<Config> load_config(const std::string& path);

/// As `load_config`; `path` names the file in errors, and its directory is where paths start.
[[nodiscard]] Result<Config> parse_config(const std::string& path, std::string_view text);

}  // namespace sluice::daemon
