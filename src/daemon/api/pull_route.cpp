#include "daemon/api/pull_route.hpp"

#include "contract/units.hpp"
#include "daemon/api/parameters.hpp"
#include "daemon/render/json.hpp"
#include "event/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace sluice::daemon {

using deliver::pull::PullAnswer;
using deliver::pull::Pulled;
using deliver::pull::PullSink;
using deliver::pull::Word;
using http::Request;
using http::Response;

namespace {

constexpr std::string_view kPullPrefix = "/v1/subscriptions/";
constexpr std::uint64_t kEventsDefault = 100;
constexpr std::uint64_t kEventsMax = 1'000;
constexpr std::uint64_t kBytesDefault = 8ULL << 20;
constexpr std::uint64_t kBytesMax = 64ULL << 20;
constexpr std::size_t kAnswersMax = 10'000;
constexpr std::size_t kTextBytesMax = 500;
constexpr Milliseconds kWaitDefault{20'000};
constexpr Milliseconds kWaitMax{60'000};
constexpr Milliseconds kLeaseDefault{30'000};
constexpr Milliseconds kLeaseMin{100};
constexpr Milliseconds kLeaseMax{12LL * 60 * 60 * 1'000};
constexpr Milliseconds kAfterMax{7LL * 24 * 60 * 60 * 1'000};
constexpr int kTurnedAway = 429;

Response json_answer(std::string body) {
    Response response;
    response.body = std::move(body);
    return response;
}

Error misread(std::string text) {
    return Error{ErrorCode::kInvalidArgument, std::move(text)};
}

Result<Milliseconds> duration(
    std::string_view name, std::string_view text, Milliseconds least, Milliseconds most
) {
    const auto read = contract::parse_duration(text);
    if (read && *read >= least && *read <= most) return *read;
    return misread(fmt::format(
        "{}: {} is not a duration from {} to {}",
        name,
        event::shown(text),
        contract::write_duration(least),
        contract::write_duration(most)
    ));
}

Result<Milliseconds> duration_parameter(
    const Request& request,
    std::string_view name,
    Milliseconds otherwise,
    Milliseconds least,
    Milliseconds most
) {
    const std::string_view text = request.parameter(name);
    return text.empty() ? Result<Milliseconds>{otherwise} : duration(name, text, least, most);
}

Result<std::uint64_t> bytes_parameter(const Request& request) {
    const std::string_view text = request.parameter("bytes");
    if (text.empty()) return kBytesDefault;
    const auto read = contract::parse_size(text);
    if (read && *read > 0 && *read <= kBytesMax) return *read;
    return misread(fmt::format(
        "bytes: {} is not a size from 1B to {}", event::shown(text), contract::write_size(kBytesMax)
    ));
}

/// Events are spliced in as they are.
std::string leases_text(std::string_view domain, const std::vector<Pulled>& all) {
    std::string text = fmt::format("{{\"domain\":{},\"leases\":[", to_text(Json(domain)));
    for (std::size_t at = 0; at < all.size(); ++at) {
        const Pulled& one = all[at];
        Json head{
            {"lease", one.lease},
            {"subject", one.subject},
            {"attempt", one.attempt},
            {"lease_ms", one.left.count()}};
        std::string open = to_text(head);
        open.pop_back();
        text += fmt::format("{}\n{},\"events\":[", at == 0 ? "" : ",", open);
        for (std::size_t e = 0; e < one.events.size(); ++e) {
            text += fmt::format("{}\n{}", e == 0 ? "" : ",", one.events[e]);
        }
        text += "]}";
    }
    return text + "]}\n";
}

Result<std::string> text_member(const Json& object, const char* name, std::size_t bytes_max) {
    const auto found = object.find(name);
    if (found == object.end()) return std::string{};
    if (!found->is_string()) return misread(fmt::format("{}: is a text", name));
    std::string text = found->get<std::string>();
    if (text.size() > bytes_max)
        return misread(fmt::format("{}: has more than {} bytes", name, bytes_max));
    return text;
}

std::optional<Word> word_of(std::string_view text) {
    if (text.empty() || text == "done") return Word::kDone;
    if (text == "retry") return Word::kRetry;
    if (text == "dead") return Word::kDead;
    if (text == "return") return Word::kReturn;
    return std::nullopt;
}

Result<PullAnswer> read_answer(const Json& json) {
    if (!json.is_object()) return misread("is no object");
    for (const auto& [name, value] : json.items()) {
        static const std::vector<std::string_view> kNames{
            "lease", "position", "answer", "reason", "after"};
        if (std::find(kNames.begin(), kNames.end(), name) != kNames.end()) continue;
        return misread(fmt::format(
            "{} is no member; there are: lease, position, answer, reason, after", event::shown(name)
        ));
    }
    PullAnswer answer;
    auto lease = text_member(json, "lease", kTextBytesMax);
    auto said = text_member(json, "answer", kTextBytesMax);
    auto reason = text_member(json, "reason", kTextBytesMax);
    auto after = text_member(json, "after", kTextBytesMax);
    for (const auto* text : {&lease, &said, &reason, &after}) {
        if (!*text) return text->error();
    }
    const auto position = json.find("position");
    if (lease->empty() || position == json.end() || !position->is_number_unsigned()) {
        return misread("needs a lease (a text) and a position (a number)");
    }
    answer.lease = std::move(lease).value();
    answer.position = Position{position->get<std::uint64_t>()};
    const auto word = word_of(*said);
    if (!word)
        return misread(
            fmt::format("answer: {} is none of done, retry, dead, return", event::shown(*said))
        );
    answer.word = *word;
    const bool explains = answer.word == Word::kRetry || answer.word == Word::kDead;
    answer.reason = explains && reason->empty() ? "the client says so" : std::move(reason).value();
    if (after->empty()) return answer;
    if (answer.word != Word::kRetry) return misread("after: goes with answer: retry");
    const auto wait = duration("after", *after, Milliseconds{0}, kAfterMax);
    if (!wait) return wait.error();
    answer.after = wait.value();
    return answer;
}

Result<Json> object_of(const Request& request) {
    Json json = Json::parse(request.body, nullptr, false);
    if (json.is_object()) return json;
    return misread("the body is no JSON object");
}

/// All of them can be read, or none is taken.
Result<std::vector<PullAnswer>> read_answers(const Request& request) {
    const auto json = object_of(request);
    if (!json) return json.error();
    const auto list = json->find("answers");
    if (json->size() != 1 || list == json->end() || !list->is_array()) {
        return misread("the body is {\"answers\": [{\"lease\", \"position\", \"answer\"}, …]}");
    }
    if (list->size() > kAnswersMax) {
        return Error{
            ErrorCode::kTooLarge, fmt::format("more than {} answers in one request", kAnswersMax)};
    }
    std::vector<PullAnswer> answers;
    for (const Json& one : *list) {
        auto answer = read_answer(one);
        if (!answer) return answer.error().at(fmt::format("answers/{}", answers.size()));
        answers.push_back(std::move(answer).value());
    }
    return answers;
}

Response acknowledge(const Request& request, PullSink& sink) {
    const auto answers = read_answers(request);
    if (!answers) return http::problem(answers.error());
    const std::vector<Status> results = sink.answer(answers.value());
    Json list = Json::array();
    const Error* refused = nullptr;
    std::size_t count = 0;
    for (const Status& one : results) {
        Json json{{"accepted", one.has_value()}};
        if (!one) {
            json.update(Json::parse(http::problem(one.error()).body));
            refused = &one.error();
            ++count;
        }
        list.push_back(std::move(json));
    }
    Response response;
    Json body = Json::object();
    if (refused != nullptr) {
        response = http::problem(
            {refused->code,
             fmt::format(
                 "{} of {} answers were refused; `answers` says which", count, results.size()
             )}
        );
        body = Json::parse(response.body);
    }
    body["answers"] = std::move(list);
    response.body = to_text(body) + "\n";
    return response;
}

Response extend(const Request& request, PullSink& sink) {
    const auto json = object_of(request);
    if (!json) return http::problem(json.error());
    const auto lease = text_member(json.value(), "lease", kTextBytesMax);
    const auto length = text_member(json.value(), "for", kTextBytesMax);
    if (!lease) return http::problem(lease.error());
    if (!length) return http::problem(length.error());
    if (json->size() != 2 || lease->empty()) {
        return http::problem(misread("the body is {\"lease\": \"…\", \"for\": \"60s\"}"));
    }
    const auto wanted = duration("for", *length, kLeaseMin, kLeaseMax);
    if (!wanted) return http::problem(wanted.error());
    if (const Status done = sink.extend(*lease, wanted.value()); !done) {
        return http::problem(done.error());
    }
    const Json body{{"lease", *lease}, {"lease_ms", wanted->count()}};
    return json_answer(to_text(body) + "\n");
}

}  // namespace

Response PullRoute::pull(const Request& request, const std::string& name) {
    if (const Status known = only_parameters(request, {"domain", "max", "bytes", "wait", "lease"});
        !known) {
        return http::problem(known.error());
    }
    const auto max = count_parameter(request, "max", kEventsDefault, 1, kEventsMax);
    const auto wait = duration_parameter(request, "wait", kWaitDefault, Milliseconds{0}, kWaitMax);
    const auto lease = duration_parameter(request, "lease", kLeaseDefault, kLeaseMin, kLeaseMax);
    const auto bytes = bytes_parameter(request);
    if (!max) return http::problem(max.error());
    if (!bytes) return http::problem(bytes.error());
    if (!wait) return http::problem(wait.error());
    if (!lease) return http::problem(lease.error());
    const auto found = directory_.find(name, request.parameter("domain"));
    if (!found) return http::problem(found.error());
    if (directory_.is_closed()) {
        return http::problem(
            {ErrorCode::kUnavailable, "it is stopping; pull again in a second, or from another"}
        );
    }
    const auto pass = gate_.enter();
    if (!pass) {
        return http::problem(
            {ErrorCode::kUnavailable,
             fmt::format(
                 "{} clients wait for events already; pull again in a second", kWaitingMax
             )},
            kTurnedAway
        );
    }
    const auto all = found->sink->pull({max.value(), lease.value(), bytes.value()}, wait.value());
    return json_answer(leases_text(found->domain, all));
}

Response PullRoute::answer(const Request& request) {
    const std::string rest = request.path.substr(kPullPrefix.size());
    const std::size_t slash = rest.find('/');
    const std::string name = rest.substr(0, slash);
    const std::string what = slash == std::string::npos ? "" : rest.substr(slash + 1);
    if (what == "pull") return pull(request, name);
    if (what != "ack" && what != "extend") {
        return http::problem(Error{
            ErrorCode::kNotFound, fmt::format("no such resource: {}", request.path)});
    }
    if (const Status known = only_parameters(request, {"domain"}); !known) {
        return http::problem(known.error());
    }
    const auto found = directory_.find(name, request.parameter("domain"));
    if (!found) return http::problem(found.error());
    return what == "ack" ? acknowledge(request, *found->sink) : extend(request, *found->sink);
}

}  // namespace sluice::daemon
