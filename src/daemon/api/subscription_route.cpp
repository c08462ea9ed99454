#include "daemon/api/subscription_route.hpp"

#include "daemon/api/parameters.hpp"
#include "event/text.hpp"
#include "http/path.hpp"

#include <fmt/format.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace sluice::daemon {

namespace {

using http::Request;
using http::Response;

constexpr std::string_view kSubscriptionsPath = "/v1/subscriptions";
constexpr std::size_t kDefinitionBytesMax = std::size_t{256} << 10;
constexpr std::size_t kWhyBytesMax = 500;
constexpr std::size_t kWhoBytesMax = 100;
constexpr int kMade = 201;
constexpr int kOtherType = 415;
constexpr std::array<std::string_view, 4> kDefinitionTypes{
    "application/json", "application/yaml", "application/x-yaml", "text/yaml"};

Response answer_with(const Json& json, int status = 200) {
    return {status, "application/json", to_text(json) + "\n"};
}

Result<bool> flag_parameter(const Request& request, std::string_view name) {
    const std::string_view text = request.parameter(name);
    if (text == "true") return true;
    if (text.empty() || text == "false") return false;
    return Error{ErrorCode::kInvalidArgument, fmt::format("{}: is true or false", name)};
}

Result<std::string> line_parameter(
    const Request& request, std::string_view name, std::size_t bytes_max
) {
    const std::string_view text = request.parameter(name);
    const bool is_line = text.find_first_of("\r\n") == std::string_view::npos;
    if (is_line && text.size() <= bytes_max) return std::string{text};
    return Error{
        ErrorCode::kInvalidArgument,
        fmt::format("{}: is one line of at most {} bytes", name, bytes_max)};
}

Result<ChangeOrder> order_of(const Request& request, const Auth& auth) {
    auto by = line_parameter(request, "by", kWhoBytesMax);
    if (!by) return by.error();
    auto reason = line_parameter(request, "reason", kWhyBytesMax);
    if (!reason) return reason.error();
    const auto check = flag_parameter(request, "check");
    if (!check) return check.error();
    const auto force = flag_parameter(request, "force");
    if (!force) return force.error();
    ChangeOrder order{
        std::move(by).value(), std::move(reason).value(), check.value(), force.value()};
    const std::string token = auth.name_of(request);
    if (!token.empty()) {  // who it was is not for them to say alone
        order.by = order.by.empty() ? token : fmt::format("{} (token {})", order.by, token);
    }
    return order;
}

Status takes_body(const Request& request) {
    for (const std::string_view type : kDefinitionTypes) {
        if (event::starts_with_ignoring_case(request.content_type, type)) return ok();
    }
    return Error{ErrorCode::kUnsupported, "a subscription is application/json or application/yaml"};
}

}  // namespace

Response SubscriptionRoute::look(const Request& request, const std::string& name) {
    if (const Status known = only_parameters(request, {}); !known) {
        return http::problem(known.error());
    }
    const auto answer = name.empty() ? keeper_.list() : keeper_.show(name);
    return answer ? answer_with(answer.value()) : http::problem(answer.error());
}

Response SubscriptionRoute::change(const Request& request, const std::string& name) {
    const bool is_deletion = request.method == "DELETE";
    const Status known = is_deletion ? only_parameters(request, {"check", "force", "reason", "by"})
                                     : only_parameters(request, {"check", "reason", "by"});
    if (!known) return http::problem(known.error());
    const auto order = order_of(request, auth_);
    if (!order) return http::problem(order.error());
    if (is_deletion) {
        const auto gone = keeper_.remove(name, order.value());
        return gone ? answer_with(gone.value()) : http::problem(gone.error());
    }
    if (const Status fits = takes_body(request); !fits) {
        return http::problem(fits.error(), kOtherType);
    }
    if (request.body.size() > kDefinitionBytesMax) {
        return http::problem(
            {ErrorCode::kTooLarge,
             fmt::format("a subscription has at most {} bytes", kDefinitionBytesMax)}
        );
    }
    const bool is_new = request.method == "POST";
    const auto answer = is_new ? keeper_.create(request.body, order.value())
                               : keeper_.replace(name, request.body, order.value());
    if (!answer) return http::problem(answer.error());
    if (!is_new || order->check) return answer_with(answer.value());
    Response response = answer_with(answer.value(), kMade);
    const std::string id = answer.value().value("id", std::string{});
    response.headers.emplace(
        "Location", fmt::format("{}/{}", kSubscriptionsPath, http::path_segment(id))
    );
    return response;
}

Response SubscriptionRoute::answer(const Request& request) {
    std::string name;
    if (request.path.size() > kSubscriptionsPath.size())
        name = request.path.substr(kSubscriptionsPath.size() + 1);
    const bool is_one = !name.empty() && name.find('/') == std::string::npos;
    if (request.path != kSubscriptionsPath && !is_one) {
        return http::problem(Error{
            ErrorCode::kNotFound, fmt::format("no such resource: {}", request.path)});
    }
    const bool changes =
        request.method == "POST" || request.method == "PUT" || request.method == "DELETE";
    return changes ? change(request, name) : look(request, name);  // HEAD is answered as GET
}

void add_subscription_routes(http::Server& server, SubscriptionKeeper& keeper, const Auth& auth) {
    const auto route = std::make_shared<SubscriptionRoute>(keeper, auth);
    const auto answer = [route](const Request& request) { return route->answer(request); };
    const std::string all{kSubscriptionsPath};
    server.handle("GET", all, answer);
    server.handle("POST", all, answer);
    for (const char* method : {"GET", "PUT", "DELETE"}) server.handle(method, all + "/", answer);
}

}  // namespace sluice::daemon
