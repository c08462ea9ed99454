#include "http/kept_client.hpp"

#include "http/exchange.hpp"

#include <fmt/format.h>

namespace sluice::http {

struct KeptClient::Impl {
    Impl(const std::string& host, std::uint16_t port)
        : place{fmt::format("{}:{}", host, port)},
          client{host, port} {}

    std::string place;
    httplib::Client client;
};

KeptClient::KeptClient(const std::string& host, std::uint16_t port, const ClientTimeouts& timeouts)
    : impl_{std::make_unique<Impl>(host, port)} {
    apply_timeouts(impl_->client, timeouts);
    impl_->client.set_keep_alive(true);
    impl_->client.set_tcp_nodelay(true);
}

KeptClient::~KeptClient() = default;

Result<Response> KeptClient::exchange(const Request& request) {
    return exchange_by(impl_->client, request, impl_->place);
}

}  // namespace sluice::http
