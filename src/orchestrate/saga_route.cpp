#include "orchestrate/saga_route.hpp"

#include "contract/units.hpp"
#include "orchestrate/saga_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <random>
#include <utility>
#include <vector>

namespace sluice::orchestrate {

using http::Request;
using http::Response;

namespace {

constexpr int kAccepted = 202;
constexpr int kUnsupportedMediaType = 415;
constexpr std::size_t kPageMax = 1'000;
constexpr std::size_t kPageDefault = 100;

/// 128 bits that nobody has had before.
std::string new_id() {
    std::random_device random;
    std::string id;
    for (int part = 0; part < 4; ++part) id += fmt::format("{:08x}", random());
    return id;
}

Error invalid(std::string text) {
    return Error{ErrorCode::kInvalidArgument, std::move(text)};
}

Status only(const Request& request, std::initializer_list<std::string_view> names) {
    for (const auto& [name, value] : request.query) {
        if (std::find(names.begin(), names.end(), name) == names.end()) {
            return invalid(fmt::format("{}: there is no such parameter here", name));
        }
    }
    return ok();
}

Result<std::chrono::milliseconds> wait_of(
    const Request& request, std::chrono::milliseconds otherwise
) {
    const std::string_view text = request.parameter("wait");
    if (text.empty()) return otherwise;
    const auto wait = contract::parse_duration(text);
    if (text == "0" || (wait && *wait <= SagaRoute::kWaitMax)) {
        return wait.value_or(std::chrono::milliseconds{0});
    }
    return invalid(fmt::format("wait: '{}' is no duration up to 60s, such as 10s", text));
}

/// The body as JSON; nothing stands for an empty object.
Result<Json> json_of(const Request& request) {
    if (request.body.empty()) return Json::object();
    Json json = Json::parse(request.body, nullptr, false);
    if (json.is_discarded()) return invalid("the body is no JSON");
    return json;
}

std::string text_at(const Json& json, const char* name) {
    const auto found = json.find(name);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::optional<saga::Verdict> verdict_named(std::string_view name) {
    if (name == "done") return saga::Verdict::kDone;
    if (name == "refused") return saga::Verdict::kRefused;
    if (name == "later") return saga::Verdict::kLater;
    return std::nullopt;
}

std::optional<SagaVerb> verb_named(std::string_view name) {
    if (name == "cancel") return SagaVerb::kCancel;
    if (name == "compensate") return SagaVerb::kCompensate;
    if (name == "retry") return SagaVerb::kRetry;
    return std::nullopt;
}

Result<AnswerSaga> answer_of(const Json& json) {
    if (!json.is_object()) return invalid("an answer is an object with key and verdict");
    const auto key = saga::parse_key(text_at(json, "key"));
    if (!key) return key.error().at("key");
    const auto verdict = verdict_named(text_at(json, "verdict"));
    if (!verdict) return invalid("verdict: is done, refused or later");
    AnswerSaga answer{key->saga, {key->step, key->direction, *verdict}};
    answer.reply.reason = text_at(json, "reason");
    if (const auto result = json.find("result"); result != json.end()) {
        answer.reply.result = to_text(*result);
    }
    if (const auto after = json.find("after_ms"); after != json.end()) {
        if (!after->is_number_unsigned()) return invalid("after_ms: is a number of milliseconds");
        constexpr std::uint64_t kDayMs = 86'400'000;
        const std::uint64_t ms = std::min(after->get<std::uint64_t>(), kDayMs);
        answer.reply.after = Milliseconds{static_cast<std::int64_t>(ms)};
    }
    return answer;
}

}  // namespace

Response SagaRoute::answer(const Request& request) {
    const bool is_post = request.method == "POST";
    if (request.path == kAnswers && is_post) return hear(request);
    std::string_view rest =
        std::string_view{request.path}.substr(std::min(kSagas.size(), request.path.size()));
    if (rest.empty() && !is_post) return list(request);
    rest.remove_prefix(std::min<std::size_t>(rest.size(), 1));
    const std::size_t slash = rest.find('/');
    const std::string first{rest.substr(0, slash)};
    if (!first.empty() && slash == std::string_view::npos) {
        return is_post ? begin(request, first) : show(request, first);
    }
    if (is_post && !first.empty()) return tell(request, first, rest.substr(slash + 1));
    return http::problem(Error{
        ErrorCode::kNotFound, fmt::format("no such resource: {}", request.path)});
}

Response SagaRoute::begin(const Request& request, std::string name) {
    if (Status known = only(request, {"subject", "wait"}); !known) {
        return http::problem(known.error());
    }
    if (!request.content_type.starts_with("application/json")) {
        return http::problem(
            Error{ErrorCode::kUnsupported, "what a saga begins with is application/json"},
            kUnsupportedMediaType
        );
    }
    const auto wait = wait_of(request, kWaitDefault);
    if (!wait) return http::problem(wait.error());
    if (const auto json = json_of(request); !json) return http::problem(json.error());
    const std::string_view key = request.header("Idempotency-Key");
    const std::string_view subject = request.parameter("subject");
    std::string id = key.empty() ? new_id() : std::string{key};
    BeginSaga begin{std::move(name), id, std::string{subject.empty() ? id : subject}, request.body};
    const auto begun = keeper_.bring(std::move(begin));
    if (!begun) return http::problem(begun.error());
    return respond(await(begun.value(), wait.value()));
}

/// 202 and a link for one that is under way.
Response SagaRoute::respond(const Result<saga::Instance>& instance) const {
    if (!instance) return http::problem(instance.error());
    Response response{
        200, "application/json", to_text(saga_json(instance.value(), keeper_.book())) + "\n"};
    if (!instance->ended()) {
        response.status = kAccepted;
        response.headers.emplace("Location", fmt::format("{}/{}", kSagas, instance->id));
    }
    return response;
}

Result<saga::Instance> SagaRoute::await(
    const saga::Instance& instance, std::chrono::milliseconds patience
) {
    if (instance.ended() || patience.count() == 0) return instance;
    const bool may_wait = ++waiters_ <= kWaitersMax;
    auto ended = may_wait ? keeper_.await_end(instance.id, patience) : Result{instance};
    --waiters_;
    return ended;
}

Response SagaRoute::list(const Request& request) const {
    if (Status known = only(request, {"ended", "from", "limit"}); !known) {
        return http::problem(known.error());
    }
    const std::string_view ended = request.parameter("ended");
    if (!ended.empty() && ended != "true" && ended != "false") {
        return http::problem(invalid("ended: is true or false"));
    }
    std::size_t limit = kPageDefault;
    if (const std::string_view text = request.parameter("limit"); !text.empty()) {
        const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), limit);
        const bool whole = failure == std::errc{} && stop == text.data() + text.size();
        if (!whole || limit < 1 || limit > kPageMax) {
            return http::problem(invalid(fmt::format("limit: '{}' is not 1 to 1000", text)));
        }
    }
    auto page = list_sagas(log_, ended == "true", request.parameter("from"), limit + 1);
    if (!page) return http::problem(page.error());
    Json next = nullptr;
    if (page->size() > limit) {
        next = page->back().id;
        page->pop_back();
    }
    Json sagas = Json::array();
    for (const saga::Instance& one : page.value()) sagas.push_back(saga_json(one, keeper_.book()));
    const Json body{{"sagas", std::move(sagas)}, {"next", std::move(next)}};
    return {200, "application/json", to_text(body) + "\n"};
}

Response SagaRoute::show(const Request& request, const std::string& id) {
    if (Status known = only(request, {"wait"}); !known) return http::problem(known.error());
    const auto wait = wait_of(request, std::chrono::milliseconds{0});
    if (!wait) return http::problem(wait.error());
    auto found = look_up_saga(log_, id);
    if (found) found = await(found.value(), wait.value());
    Response response = respond(found);
    if (response.status == kAccepted) {  // nothing was begun: it is only shown
        response.status = 200;
        response.headers.clear();
    }
    return response;
}

Response SagaRoute::tell(const Request& request, std::string id, std::string_view verb) {
    if (Status known = only(request, {}); !known) return http::problem(known.error());
    const auto named = verb_named(verb);
    if (!named) {
        return http::problem(Error{
            ErrorCode::kNotFound,
            fmt::format("{}: a saga can be told cancel, compensate or retry", verb)});
    }
    const auto json = json_of(request);
    if (!json) return http::problem(json.error());
    std::string why = json->is_object() ? text_at(json.value(), "why") : std::string{};
    if (why.empty()) why = fmt::format("told to {}", verb);
    Response response = respond(keeper_.bring(TellSaga{std::move(id), *named, std::move(why)}));
    if (response.status == kAccepted) response.headers.clear();
    return response;
}

/// Late and double answers are welcome: whoever gives them has done what it should.
Response SagaRoute::hear(const Request& request) {
    if (Status known = only(request, {}); !known) return http::problem(known.error());
    const auto json = json_of(request);
    if (!json) return http::problem(json.error());
    auto answer = answer_of(json.value());
    if (!answer) return http::problem(answer.error());
    const auto taken = keeper_.bring(std::move(answer).value());
    if (!taken && taken.error().code != ErrorCode::kNotFound) return http::problem(taken.error());
    const Json body{{"under_way", taken.has_value()}};
    return {200, "application/json", to_text(body) + "\n"};
}

}  // namespace sluice::orchestrate
