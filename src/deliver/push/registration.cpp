#include "deliver/push/registration.hpp"

#include <fmt/format.h>

#include <array>
#include <memory>
#include <netdb.h>
#include <sys/socket.h>

namespace sluice::deliver::push {

Status check_target(const Target& target, const AddressGuard& guard) {
    addrinfo wanted{};
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* first = nullptr;
    if (::getaddrinfo(target.host.c_str(), nullptr, &wanted, &first) != 0) return ok();
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> list{first, &::freeaddrinfo};
    Status refused = ok();
    for (const addrinfo* one = list.get(); one != nullptr; one = one->ai_next) {
        std::array<char, NI_MAXHOST> text{};
        const int named = ::getnameinfo(
            one->ai_addr, one->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST
        );
        if (named != 0) continue;
        const std::string plain{text.data()};
        const auto address = IpAddress::parse(plain.substr(0, plain.find('%')));
        if (!address) continue;
        Status checked = guard.check(*address);
        if (checked) return ok();
        refused = checked.error().at(target.host);
    }
    return refused;
}

}  // namespace sluice::deliver::push
