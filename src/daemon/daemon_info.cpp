#include "daemon/daemon_info.hpp"

#include "daemon/render/json.hpp"
#include "log/embedded/files.hpp"

#include <cerrno>
#include <csignal>
#include <exception>
#include <limits>
#include <system_error>

namespace sluice::daemon {

namespace {

std::filesystem::path path_in(const std::filesystem::path& data) {
    return data / "daemon.json";
}

std::optional<Address> address_of(const Json& json, const char* name) {
    const auto found = json.find(name);
    if (found == json.end() || !found->is_string()) return std::nullopt;
    return parse_address(found->get<std::string>());
}

std::optional<DaemonInfo> read_info(const std::filesystem::path& data) {
    std::error_code none;
    if (!std::filesystem::exists(path_in(data), none)) return std::nullopt;
    const Result<std::string> text = log::read_file(path_in(data));
    if (!text) return std::nullopt;
    const Json json = Json::parse(text.value(), nullptr, false);
    if (!json.is_object() || !json.contains("pid") || !json["pid"].is_number_integer()) {
        return std::nullopt;
    }
    const auto api = address_of(json, "api");
    const auto management = address_of(json, "management");
    if (!api || !management) return std::nullopt;
    DaemonInfo info{json["pid"].get<std::int64_t>(), *api, *management, {}};
    const auto version = json.find("version");
    if (version != json.end() && version->is_string()) info.version = version->get<std::string>();
    info.tls = json.value("tls", Json{false}) == true;
    return info;
}

/// To kill(2) 0 and what is negative are groups of processes.
bool is_alive(std::int64_t pid) {
    if (pid <= 0 || pid > std::numeric_limits<pid_t>::max()) return false;
    return ::kill(static_cast<pid_t>(pid), 0) == 0 || errno == EPERM;
}

}  // namespace

Status write_info(const std::filesystem::path& data, const DaemonInfo& info) {
    const Json json{
        {"pid", info.pid},
        {"api", info.api.text()},
        {"management", info.management.text()},
        {"version", info.version},
        {"tls", info.tls}};
    return log::write_file_durably(path_in(data), to_text(json) + "\n");
}

void remove_info(const std::filesystem::path& data, const DaemonInfo& info) noexcept {
    try {
        if (read_info(data) != info) return;
        std::error_code gone;
        std::filesystem::remove(path_in(data), gone);
    } catch (const std::exception&) {  // out of memory: a stale file is recognised as such
        return;
    }
}

std::optional<DaemonInfo> find_daemon(const std::filesystem::path& data) {
    std::optional<DaemonInfo> info = read_info(data);
    if (info && !is_alive(info->pid)) return std::nullopt;
    return info;
}

}  // namespace sluice::daemon
