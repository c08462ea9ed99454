#pragma once

#include <sluice/result.hpp>

#include "daemon/config/config.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace sluice::daemon {

/// `daemon.json` in a data directory: where the daemon that has it open answers. Written when it is
/// ready, removed at a clean stop; after a crash it stays, and its process is gone.
struct DaemonInfo {
    std::int64_t pid{};
    Address api;
    Address management;
    std::string version;
    bool tls{false};  ///< both answer HTTPS

    bool operator==(const DaemonInfo&) const = default;
};

/// Whole or not there.
[[nodiscard]] Status write_info(const std::filesystem::path& data, const DaemonInfo& info);

/// Removes it if it is still this daemon's.
void remove_info(const std::filesystem::path& data, const DaemonInfo& info) noexcept;

/// Nothing when there is none, when it cannot be read, or when its process is gone.
[[nodiscard]] std::optional<DaemonInfo> find_daemon(const std::filesystem::path& data);

}  // namespace sluice::daemon
