#include "http/cut_off.hpp"

#include <arpa/inet.h>
#include <charconv>
#include <filesystem>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <system_error>
#include <vector>

namespace sluice::http {

namespace {

std::vector<int> open_files() {
    std::vector<int> all;
    std::error_code error;
    const std::filesystem::directory_iterator end;
    for (std::filesystem::directory_iterator at{"/proc/self/fd", error}; !error && at != end;
         at.increment(error)) {
        const std::string name = at->path().filename();
        int file = -1;
        const auto [last, wrong] = std::from_chars(name.data(), name.data() + name.size(), file);
        if (wrong == std::errc{} && last == name.data() + name.size()) all.push_back(file);
    }
    return all;
}

/// 0: it is no socket of the internet's.
std::uint16_t local_port_of(int file) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    // NOLINTBEGIN(cppcoreguidelines-pro-type-reinterpret-cast): so the C interface wants it
    if (::getsockname(file, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
    if (address.ss_family == AF_INET) {
        return ntohs(reinterpret_cast<const sockaddr_in*>(&address)->sin_port);
    }
    if (address.ss_family == AF_INET6) {
        return ntohs(reinterpret_cast<const sockaddr_in6*>(&address)->sin6_port);
    }
    // NOLINTEND(cppcoreguidelines-pro-type-reinterpret-cast)
    return 0;
}

bool listens(int file) {
    int answer = 0;
    socklen_t size = sizeof answer;
    return ::getsockopt(file, SOL_SOCKET, SO_ACCEPTCONN, &answer, &size) == 0 && answer != 0;
}

}  // namespace

std::size_t cut_off(std::uint16_t port) noexcept {
    std::size_t count = 0;
    for (const int file : open_files()) {
        if (local_port_of(file) != port || listens(file)) continue;
        if (::shutdown(file, SHUT_RDWR) == 0) ++count;
    }
    return count;
}

}  // namespace sluice::http
