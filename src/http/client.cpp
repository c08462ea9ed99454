#include "http/client.hpp"

#include "http/exchange.hpp"

#include <fmt/format.h>

#include <utility>

namespace sluice::http {

namespace {

httplib::Client secure_client(const std::string& host, std::uint16_t port, const ClientTls& tls) {
    const bool is_v6 = host.find(':') != std::string::npos;
    httplib::Client client{fmt::format("https://{}:{}", is_v6 ? "[" + host + "]" : host, port)};
    client.enable_server_certificate_verification(tls.verify);
    if (!tls.authorities.empty()) client.set_ca_cert_path(tls.authorities);
    return client;
}

}  // namespace

void apply_timeouts(httplib::Client& client, const ClientTimeouts& timeouts) {
    client.set_connection_timeout(timeouts.connect);
    client.set_read_timeout(timeouts.answer);
    client.set_write_timeout(timeouts.answer);
    client.set_follow_location(false);
}

Result<Response> exchange_by(
    httplib::Client& client, const Request& request, const std::string& place
) {
    httplib::Params query;
    for (const auto& [name, value] : request.query) query.emplace(name, value);
    httplib::Request out;
    out.method = request.method;
    out.path = query.empty() ? request.path : httplib::append_query_params(request.path, query);
    out.body = request.body;
    for (const auto& [name, value] : request.headers) out.set_header(name, value);
    if (!request.content_type.empty()) out.set_header("Content-Type", request.content_type);
    const httplib::Result answer = client.send(out);
    if (!answer) {
        return Error{
            ErrorCode::kUnavailable,
            fmt::format("no answer from {} ({})", place, httplib::to_string(answer.error()))};
    }
    Response response{answer->status, answer->get_header_value("Content-Type"), answer->body};
    for (const auto& [name, value] : answer->headers) response.headers.emplace(name, value);
    return response;
}

Result<Response> Client::exchange(const Request& request) const {
    httplib::Client client =
        tls_ ? secure_client(host_, port_, *tls_) : httplib::Client{host_, port_};
    apply_timeouts(client, timeouts_);
    return exchange_by(client, request, fmt::format("{}:{}", host_, port_));
}

Result<Response> Client::send(const Request& request) const {
    auto response = exchange(request);
    if (!response) {
        const Error& error = response.error();
        return Error{error.code, error.message + "; look whether the daemon runs"};
    }
    if (response.value().status >= 400) return error_of(response.value());
    return response;
}

}  // namespace sluice::http
