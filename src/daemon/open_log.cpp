#include "daemon/open_log.hpp"

namespace sluice::daemon {

event::EventLimits limits_of(const Config& config) {
    event::EventLimits limits;
    limits.event_bytes_max = config.event_bytes_max;
    limits.batch_bytes_max = std::size_t{64} << 20;
    return limits;
}

log::EmbeddedOptions log_options(const Config& config) {
    constexpr std::size_t kHeaderRoom = std::size_t{128} << 10;
    log::EmbeddedOptions options;
    options.directory = config.data;
    options.reserve_bytes = config.reserve_bytes;
    options.record_bytes_max = config.event_bytes_max + kHeaderRoom;
    return options;
}

}  // namespace sluice::daemon
