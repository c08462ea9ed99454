#pragma once

#include "deliver/push/courier.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace sluice::deliver::push {

/// No whole answer; `untouched`: not a byte of one, and the connection is the reason.
struct LostExchange {
    std::string why;
    bool untouched{false};
};

/// One connection to the target, plain or TLS.
/// Threads:  the courier's.
/// Lifetime: all that it is made of outlives it.
class Link {
public:
    using Endpoints = std::vector<boost::asio::ip::tcp::endpoint>;

    Link(boost::asio::io_context& io, boost::asio::ssl::context& tls, const CourierOptions& options)
        : io_{io},
          tls_context_{tls},
          options_{options} {}

    /// Tries one address after the other. Why it is not connected; nothing: it is.
    [[nodiscard]] boost::asio::awaitable<std::optional<std::string>> connect(
        const Endpoints& endpoints
    );

    /// Afterwards it is open only if another request may follow.
    [[nodiscard]] boost::asio::awaitable<std::variant<Answer, LostExchange>> exchange(
        const Request& request
    );

    [[nodiscard]] bool is_open() const { return open_; }

    /// Whatever is under way on it ends with an error.
    void close();

private:
    [[nodiscard]] boost::asio::awaitable<std::optional<std::string>> shake_hands();

    boost::asio::io_context& io_;
    boost::asio::ssl::context& tls_context_;
    const CourierOptions& options_;
    std::optional<boost::beast::tcp_stream> plain_;
    std::optional<boost::beast::ssl_stream<boost::beast::tcp_stream>> tls_;
    bool open_{false};
};

}  // namespace sluice::deliver::push
