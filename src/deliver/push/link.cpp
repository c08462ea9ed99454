#include "deliver/push/link.hpp"

#include <fmt/format.h>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <utility>

namespace sluice::deliver::push {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

namespace {

constexpr std::size_t kBodyBytesMax = std::size_t{64} << 10;
constexpr std::uint32_t kHeadBytesMax = 16U << 10;
constexpr int kInterimMax = 8;  // answers of 1xx before the one that counts
constexpr unsigned kHttp11 = 11;

using BeastRequest = http::request<http::string_body>;
using AnswerParser = http::response_parser<http::string_body>;

/// With the error in `error` rather than thrown.
auto with(error_code& error) {
    return asio::redirect_error(asio::use_awaitable, error);
}

BeastRequest wire_request(const Request& request, const Target& target) {
    BeastRequest out;
    out.version(kHttp11);
    out.method_string(request.method);
    out.target(target.path);
    out.set(http::field::host, target.authority());
    for (const auto& [name, value] : request.headers) out.set(name, value);
    out.body() = request.body;
    out.prepare_payload();
    return out;
}

template <class Headers>
std::string field_of(const Headers& head, std::string_view name) {
    const auto found = head.find(beast::string_view{name.data(), name.size()});
    if (found == head.end()) return {};
    const auto value = found->value();
    return {value.data(), value.size()};
}

Answer answer_of(const AnswerParser& parser) {
    const auto& head = parser.get();
    return {
        static_cast<int>(head.result_int()),
        field_of(head, "sluice-answer"),
        field_of(head, "Retry-After"),
        field_of(head, "Content-Type"),
        head.body(),
        field_of(head, "WebHook-Allowed-Origin"),
        field_of(head, "WebHook-Allowed-Rate")};
}

LostExchange lost(const error_code& error, bool untouched, const CourierOptions& options) {
    if (error == beast::error::timeout) {
        return {fmt::format("no whole answer within {} ms", options.answer.count()), false};
    }
    if (error == asio::error::operation_aborted) return {"given up", false};
    if (error == http::error::end_of_stream || error == asio::ssl::error::stream_truncated) {
        return {"the receiver closed the connection without an answer", untouched};
    }
    if (error == http::error::partial_message) {
        return {"the receiver closed the connection in the middle of its answer", untouched};
    }
    return {fmt::format("the connection broke: {}", error.message()), untouched};
}

/// Writes, reads the answer's head, passes over interim ones, and reads its body. `keep`: another
/// request may follow.
template <class Stream>
asio::awaitable<std::variant<Answer, LostExchange>> exchange_on(
    Stream& stream, const BeastRequest& out, const CourierOptions& options, bool& keep
) {
    keep = false;
    error_code write_error;
    beast::get_lowest_layer(stream).expires_after(options.answer);
    co_await http::async_write(stream, out, with(write_error));
    // Who refuses a request may answer and close before it has read it: the answer counts.
    beast::flat_buffer buffer;
    std::optional<AnswerParser> parser;
    error_code error;
    for (int interim = 0; interim < kInterimMax; ++interim) {
        parser.emplace();
        parser->header_limit(kHeadBytesMax);
        parser->body_limit(kBodyBytesMax);
        co_await http::async_read_header(stream, buffer, *parser, with(error));
        if (error && error != http::error::body_limit) {
            const bool untouched = interim == 0 && !parser->got_some();
            co_return lost(write_error ? write_error : error, untouched, options);
        }
        constexpr unsigned kFinal = 200;
        constexpr unsigned kSwitching = 101;
        const unsigned status = parser->get().result_int();
        if (error || status >= kFinal || status == kSwitching) break;
    }
    if (!error && !parser->is_done()) {
        co_await http::async_read(stream, buffer, *parser, with(error));
    }
    // What is too long to be kept is no reason to doubt the status that it began with.
    if (error && error != http::error::body_limit) co_return lost(error, false, options);
    keep = !error && !write_error && parser->get().keep_alive() && buffer.size() == 0;
    co_return answer_of(*parser);
}

}  // namespace

asio::awaitable<std::optional<std::string>> Link::connect(const Endpoints& endpoints) {
    std::string why = "no address";
    for (const auto& endpoint : endpoints) {
        close();
        tls_.reset();
        plain_.emplace(io_);
        plain_->expires_after(options_.connect);
        error_code error;
        co_await plain_->async_connect(endpoint, with(error));
        if (!error) {
            // Slower without it, and no worse.
            static_cast<void>(plain_->socket().set_option(asio::ip::tcp::no_delay{true}, error));
            const auto refused = co_await shake_hands();
            if (!refused) {
                open_ = true;
                co_return std::nullopt;
            }
            why = *refused;
        } else if (error == beast::error::timeout) {
            why = fmt::format("no connection within {} ms", options_.connect.count());
        } else {
            why = error.message();
        }
        why = fmt::format("{}: {}", endpoint.address().to_string(), why);
        if (error == asio::error::operation_aborted) break;
    }
    close();
    co_return why;
}

/// Nothing to be done without TLS.
asio::awaitable<std::optional<std::string>> Link::shake_hands() {
    if (!options_.target.tls) co_return std::nullopt;
    tls_.emplace(std::move(*plain_), tls_context_);
    plain_.reset();
    const std::string& host = options_.target.host;
    if (!IpAddress::parse(host)) {
        std::string name = host;  // the macro for it casts as C does
        SSL_ctrl(
            tls_->native_handle(),
            SSL_CTRL_SET_TLSEXT_HOSTNAME,
            TLSEXT_NAMETYPE_host_name,
            name.data()
        );
    }
    tls_->set_verify_callback(asio::ssl::host_name_verification{host});
    error_code error;
    co_await tls_->async_handshake(asio::ssl::stream_base::client, with(error));
    if (!error) co_return std::nullopt;
    co_return fmt::format("TLS: {}", error.message());
}

asio::awaitable<std::variant<Answer, LostExchange>> Link::exchange(const Request& request) {
    const BeastRequest out = wire_request(request, options_.target);
    bool keep = false;
    std::variant<Answer, LostExchange> got;
    if (tls_) {
        got = co_await exchange_on(*tls_, out, options_, keep);
    } else {
        got = co_await exchange_on(*plain_, out, options_, keep);
    }
    if (!keep) close();
    co_return got;
}

void Link::close() {
    open_ = false;
    if (plain_) plain_->close();
    if (tls_) beast::get_lowest_layer(*tls_).close();
}

}  // namespace sluice::deliver::push
