#include "daemon/open_log.hpp"

#include "base/hash.hpp"

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <unistd.h>
#include <utility>

namespace sluice::daemon {

namespace {

constexpr std::size_t kHeaderRoom = std::size_t{128} << 10;

std::string host_name() {
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0) return "host";
    return name.data();
}

Result<OpenedLog> open_embedded(const Config& config) {
    auto opened = log::open_embedded(log_options(config));
    if (!opened) return opened.error();
    OpenedLog made;
    const log::OpenReport& report = opened.value()->report();
    if (report.torn_bytes > 0) {
        made.warnings.push_back(fmt::format(
            "cut a torn end that was never acknowledged: {} bytes of {}",
            report.torn_bytes,
            report.torn_file
        ));
    }
    for (const std::string& warning : report.warnings) made.warnings.push_back(warning);
    made.probe = &opened.value()->probe();
    made.log = std::move(opened.value());
    return made;
}

}  // namespace

event::EventLimits limits_of(const Config& config) {
    event::EventLimits limits;
    limits.event_bytes_max = config.event_bytes_max;
    limits.batch_bytes_max = std::size_t{64} << 20;
    return limits;
}

log::EmbeddedOptions log_options(const Config& config) {
    log::EmbeddedOptions options;
    options.directory = config.data;
    options.reserve_bytes = config.reserve_bytes;
    options.record_bytes_max = config.event_bytes_max + kHeaderRoom;
    return options;
}

log::KafkaLogOptions kafka_options(const Config& config) {
    log::KafkaLogOptions options;
    if (config.kafka) options.cluster = *config.kafka;
    // Of a name without any directory that exists, weakly_canonical makes no whole path.
    std::error_code ignored;
    const auto data =
        std::filesystem::weakly_canonical(std::filesystem::absolute(config.data, ignored), ignored);
    options.instance = fmt::format("{}-{:08x}", host_name(), hash64(data.string()) & 0xFFFF'FFFFU);
    options.cache = std::filesystem::path{config.data} / "kafka-cache";
    options.record_bytes_max = config.event_bytes_max + kHeaderRoom;
    return options;
}

Result<OpenedLog> open_log(const Config& config, std::function<void(std::string_view)> notice) {
    if (!config.kafka) return open_embedded(config);
    log::KafkaLogOptions options = kafka_options(config);
    options.notice = std::move(notice);
    auto opened = log::open_kafka_log(options);
    if (!opened) return opened.error();
    return OpenedLog{std::move(opened.value()), nullptr, {}};
}

}  // namespace sluice::daemon
