#include "orchestrate/http_saga_port.hpp"

#include "base/match.hpp"
#include "http/message.hpp"
#include "orchestrate/saga_json.hpp"
#include "orchestrate/saga_keeper.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>
#include <variant>

namespace sluice::orchestrate {

namespace push = deliver::push;

namespace {

constexpr Milliseconds kAnswerMax = std::chrono::minutes{10};
constexpr std::size_t kSaidMax = 200;
constexpr int kConflict = 409;
constexpr int kUnprocessable = 422;

saga::Verdict verdict_of(const push::Answer& answer) {
    if (answer.verdict == "done") return saga::Verdict::kDone;
    if (answer.verdict == "dead") return saga::Verdict::kRefused;
    if (answer.verdict == "retry") return saga::Verdict::kLater;
    if (answer.status >= 200 && answer.status < 300) return saga::Verdict::kDone;
    const bool no = answer.status == kConflict || answer.status == kUnprocessable;
    return no ? saga::Verdict::kRefused : saga::Verdict::kLater;
}

saga::Reply not_now(const saga::Key& key, std::string why) {
    saga::Reply reply{key.step, key.direction, saga::Verdict::kLater};
    reply.reason = std::move(why);
    return reply;
}

}  // namespace

saga::Reply reply_of(const saga::Key& key, const push::Answer& answer, Instant now) {
    saga::Reply reply{key.step, key.direction, verdict_of(answer)};
    if (reply.verdict == saga::Verdict::kDone) {
        reply.result = answer.body;
        return reply;
    }
    const bool is_problem = answer.content_type.starts_with("application/problem+json");
    const std::string said =
        is_problem ? http::error_of({answer.status, answer.content_type, answer.body}).message
                   : answer.body.substr(0, kSaidMax);
    reply.reason = fmt::format("{}{}{}", answer.status, said.empty() ? "" : ": ", said);
    reply.after = push::parse_retry_after(answer.retry_after, now);
    return reply;
}

Result<std::unique_ptr<HttpSagaPort>> HttpSagaPort::open(
    const Options& options, const std::vector<saga::Definition>& definitions, const Clock& clock
) {
    // NOLINTNEXTLINE(cppcoreguidelines-owning-memory): make_unique cannot see the constructor
    std::unique_ptr<HttpSagaPort> port{new HttpSagaPort{options, clock}};
    for (const saga::Definition& definition : definitions) {
        for (const saga::StepSpec& step : definition.steps) {
            const std::string where = fmt::format("saga {}, step {}", definition.name, step.name);
            if (Status added = port->add(step.command); !added) return added.error().at(where);
            if (!step.undo) continue;
            if (Status added = port->add(*step.undo); !added) return added.error().at(where);
        }
    }
    return port;
}

/// One courier for each URL; the longest time that a command there has for its answer.
Status HttpSagaPort::add(const saga::CommandSpec& command) {
    if (command.via != saga::Via::kHttp || couriers_.contains(command.to)) return ok();
    auto target = push::parse_target(command.to);
    if (!target) return Error{ErrorCode::kBadConfig, target.error().message};
    if (const auto address = push::IpAddress::parse(target->host)) {
        if (Status allowed = options_.guard.check(*address); !allowed) {
            return Error{ErrorCode::kBadConfig, allowed.error().message};
        }
    }
    push::CourierOptions options;
    options.target = std::move(target).value();
    options.guard = options_.guard;
    options.connections_max = options_.connections_max;
    options.answer = std::min(command.answer_within, kAnswerMax);
    options.ca_file = options_.ca_file;
    auto courier = push::Courier::open(std::move(options));
    if (!courier) return courier.error();
    couriers_.emplace(command.to, std::move(courier).value());
    return ok();
}

void HttpSagaPort::disconnect() {
    keeper_.store(nullptr);
    couriers_.clear();  // waits for whoever is bringing an answer
}

void HttpSagaPort::send(
    const saga::Send& command, const saga::Definition& definition, const saga::Instance& instance
) {
    const auto courier = couriers_.find(spec_of(command, definition).to);
    if (courier == couriers_.end()) return;  // disconnected
    push::Request request;
    request.headers = {
        {"content-type", "application/json"}, {"idempotency-key", saga::to_string(command.key)}};
    request.body = command_body(command, definition, instance);
    courier->second->send(
        [request = std::move(request)] { return std::optional{request}; },
        [this, key = command.key](const push::Reply& reply) { heard(key, reply); }
    );
}

void HttpSagaPort::heard(const saga::Key& key, const push::Reply& reply) {
    SagaKeeper* keeper = keeper_.load();
    if (keeper == nullptr) return;
    saga::Reply said = std::visit(
        Match{
            [&](const push::Answer& answer) { return reply_of(key, answer, clock_.now()); },
            [&](const push::NotSent& none) { return not_now(key, none.why); },
            [&](const push::NoAnswer& none) { return not_now(key, none.why); },
            [&](const push::Withheld&) { return not_now(key, "withheld"); }},
        reply
    );
    static_cast<void>(keeper->post(AnswerSaga{key.saga, std::move(said)}));
}

}  // namespace sluice::orchestrate
