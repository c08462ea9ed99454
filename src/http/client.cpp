#include "http/client.hpp"

#include <fmt/format.h>
#include <httplib.h>

#include <utility>

namespace sluice::http {

Result<Response> Client::send(const Request& request) const {
    constexpr int kConnectSeconds = 5;
    constexpr int kTimeoutSeconds = 30;
    httplib::Client client{host_, port_};
    client.set_connection_timeout(kConnectSeconds);
    client.set_read_timeout(kTimeoutSeconds);
    client.set_write_timeout(kTimeoutSeconds);
    client.set_follow_location(false);
    httplib::Params query;
    for (const auto& [name, value] : request.query) query.emplace(name, value);
    httplib::Request out;
    out.method = request.method;
    out.path = query.empty() ? request.path : httplib::append_query_params(request.path, query);
    out.body = request.body;
    if (!request.content_type.empty()) out.set_header("Content-Type", request.content_type);
    const httplib::Result answer = client.send(out);
    if (!answer) {
        return Error{
            ErrorCode::kUnavailable,
            fmt::format(
                "no answer from {}:{} ({}); look whether the daemon runs",
                host_,
                port_,
                httplib::to_string(answer.error())
            )};
    }
    Response response{answer->status, answer->get_header_value("Content-Type"), answer->body};
    if (response.status >= 400) return error_of(response);
    return response;
}

}  // namespace sluice::http
