#include "daemon/api/routes.hpp"

#include "daemon/api/parameters.hpp"
#include "daemon/api/publish_route.hpp"
#include "daemon/api/pull_route.hpp"
#include "daemon/api/record_page.hpp"
#include "daemon/api/state_route.hpp"
#include "daemon/api/watch.hpp"
#include "daemon/operations/topic_reader.hpp"
#include "daemon/version.hpp"
#include "event/text.hpp"

#include <fmt/format.h>

#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace sluice::daemon {

namespace {

using http::Request;
using http::Response;

constexpr std::size_t kWatchersMax = 8;
constexpr std::uint64_t kPageMax = 10'000;
constexpr std::uint64_t kPageDefault = 100;
constexpr std::uint64_t kOffsetMax = std::numeric_limits<std::int64_t>::max();

constexpr std::string_view kTopics = "/v1/topics/";
constexpr std::string_view kDomains = "/v1/domains/";
constexpr std::string_view kWatch = "/v1/watch/";
constexpr std::string_view kWhy = "/v1/why/";
constexpr std::string_view kTrace = "/v1/trace/";
constexpr std::string_view kSubjects = "/v1/subjects/";

using Question = std::function<Result<Json>(const Request&)>;

Response respond(const Result<Json>& answer) {
    if (!answer) return http::problem(answer.error());
    return Response{200, "application/json", to_text(answer.value()) + "\n"};
}

/// A question that takes no parameters.
void handle_plain(http::Server& server, std::string_view path, Question question) {
    const auto answer = [question = std::move(question)](const Request& request) {
        const Status known = only_parameters(request, {});
        return known ? respond(question(request)) : http::problem(known.error());
    };
    server.handle("GET", std::string{path}, answer);
}

Response stuck(const Operations& operations, const Request& request) {
    if (const Status known = only_parameters(
            request,
            {"cursor", "limit", "domain", "subscription", "cause", "type", "subject", "before"}
        );
        !known) {
        return http::problem(known.error());
    }
    const auto limit = count_parameter(request, "limit", kPageDefault, 1, kPageMax);
    if (!limit) return http::problem(limit.error());
    runtime::StuckFilter filter;
    filter.domain = request.parameter("domain");
    filter.subscription = request.parameter("subscription");
    filter.cause = request.parameter("cause");
    filter.type = request.parameter("type");
    filter.subject = request.parameter("subject");
    if (request.query.contains("before")) {
        const auto before = parse_rfc3339(request.parameter("before"));
        if (!before) return http::problem(before.error().at("before"));
        filter.before = before.value();
    }
    return respond(operations.stuck(request.parameter("cursor"), limit.value(), filter));
}

Response shown_events(
    const Operations& operations, const Request& request, const std::string& subject
) {
    if (const Status known = only_parameters(request, {"domain", "subscription", "limit"});
        !known) {
        return http::problem(known.error());
    }
    const auto limit = count_parameter(request, "limit", kPageDefault, 1, kPageMax);
    if (!limit) return http::problem(limit.error());
    ShowQuery query;
    query.subject = subject;
    query.domain = request.parameter("domain");
    query.subscription = request.parameter("subscription");
    query.limit = limit.value();
    const auto page = operations.show(query);
    if (!page) return http::problem(page.error());
    const Cursor next{PartitionId{0}, page.value().next};
    return {200, "application/json", records_body(page.value().lines, next, page.value().at_end)};
}

Response subject_trace(const Operations& operations, const Request& request) {
    if (const Status known = only_parameters(request, {"limit"}); !known) {
        return http::problem(known.error());
    }
    const auto limit = count_parameter(request, "limit", kPageDefault, 1, kPageMax);
    if (!limit) return http::problem(limit.error());
    const std::string_view subject = std::string_view{request.path}.substr(kTrace.size());
    return respond(operations.trace(subject, limit.value()));
}

/// What follows `prefix` in the path, without `suffix`, maybe ""; nothing when it is not so.
std::optional<std::string> between(
    const std::string& path, std::string_view prefix, std::string_view suffix
) {
    if (path.size() < prefix.size() + suffix.size() || !path.ends_with(suffix)) {
        return std::nullopt;
    }
    return path.substr(prefix.size(), path.size() - prefix.size() - suffix.size());
}

Response no_resource(const Request& request) {
    return http::problem(Error{
        ErrorCode::kNotFound, fmt::format("no such resource: {}", request.path)});
}

Response topic_ends(
    const Operations& operations, const Request& request, const std::string& topic
) {
    if (const Status known = only_parameters(request, {"seen"}); !known) {
        return http::problem(known.error());
    }
    std::optional<std::uint64_t> seen;
    if (request.query.contains("seen")) {
        const auto given =
            count_parameter(request, "seen", 0, 0, std::numeric_limits<std::uint64_t>::max());
        if (!given) return http::problem(given.error());
        seen = given.value();
    }
    const auto ends = operations.ends(topic, seen);
    if (!ends) return http::problem(ends.error());
    return respond(ends_json(topic, ends.value()));
}

Result<RecordPage> one_partition(
    const Operations& operations, TopicQuery query, std::uint64_t partition
) {
    RecordQuery one;
    one.topic = std::move(query.topic);
    one.partition = PartitionId{static_cast<std::uint32_t>(partition)};
    one.from = query.from;
    one.subject = std::move(query.subject);
    one.limit = query.limit;
    return operations.records(one);
}

Response topic_records(const Operations& operations, const Request& request, std::string topic) {
    if (const Status known =
            only_parameters(request, {"from", "subject", "limit", "partition", "cursor"});
        !known) {
        return http::problem(known.error());
    }
    const auto limit = count_parameter(request, "limit", kPageDefault, 1, kPageMax);
    const auto from = count_parameter(request, "from", 0, 0, kOffsetMax);
    const auto partition = count_parameter(request, "partition", 0, 0, 1U << 20);
    if (!limit) return http::problem(limit.error());
    if (!from) return http::problem(from.error());
    if (!partition) return http::problem(partition.error());
    TopicQuery query;
    query.topic = std::move(topic);
    query.from = Offset{static_cast<std::int64_t>(from.value())};
    query.limit = limit.value();
    if (request.query.contains("subject")) query.subject = request.parameter("subject");
    if (request.query.contains("partition")) {
        const auto page = one_partition(operations, std::move(query), partition.value());
        if (!page) return http::problem(page.error());
        const Cursor next{
            PartitionId{static_cast<std::uint32_t>(partition.value())}, page.value().next};
        return {
            200, "application/json", records_body(page.value().lines, next, page.value().at_end)};
    }
    TopicReader reader{operations, std::move(query)};
    Status opened = ok();
    if (request.query.contains("cursor")) {
        const auto cursor = Cursor::parse(request.parameter("cursor"));
        if (!cursor) return http::problem(cursor.error());
        opened = reader.open_at(cursor.value());
    } else {
        opened = reader.open();
    }
    if (!opened) return http::problem(opened.error());
    const auto lines = reader.next(limit.value());
    if (!lines) return http::problem(lines.error());
    return {200, "application/json", records_body(lines.value(), reader.cursor(), reader.at_end())};
}

/// 202: nobody has carried it out yet.
Response command(Operations& operations, const Request& request) {
    constexpr int kAccepted = 202;
    if (const Status known = only_parameters(request, {"preview"}); !known) {
        return http::problem(known.error());
    }
    if (!event::starts_with_ignoring_case(request.content_type, "application/json")) {
        constexpr int kUnsupportedMediaType = 415;
        return http::problem(
            Error{ErrorCode::kUnsupported, "a command is application/json"}, kUnsupportedMediaType
        );
    }
    auto parsed = parse_command(request.body);
    if (!parsed) return http::problem(parsed.error());
    if (const auto key = request.header("Idempotency-Key"); !key.empty()) {
        parsed.value().id = key;
        if (const Status fits = check_command(parsed.value()); !fits) {
            return http::problem(fits.error());
        }
    }
    const std::string_view preview = request.parameter("preview");
    if (preview == "true") return respond(operations.preview(parsed.value()));
    if (!preview.empty() && preview != "false") {
        return http::problem(Error{ErrorCode::kInvalidArgument, "preview: is true or false"});
    }
    const auto answer = operations.command(parsed.value());
    Response response = respond(answer);
    if (answer && answer.value().value("pending", 0U) > 0) response.status = kAccepted;
    return response;
}

/// The domain's ordered topic, from now on.
Response watch_domain(
    const Operations& operations,
    const PullDirectory& pulled,
    const Request& request,
    const std::string& domain,
    Gate& gate
) {
    if (const Status known = only_parameters(request, {"subject"}); !known) {
        return http::problem(known.error());
    }
    Watch::Options options{operations.ordered_topic(domain)};
    if (request.query.contains("subject")) options.subject = request.parameter("subject");
    options.is_over = [&pulled] { return pulled.is_closed(); };
    const auto pass = std::make_shared<std::optional<Gate::Pass>>(gate.enter());
    if (!*pass) {
        constexpr int kTooManyWatch = 429;
        return http::problem(
            {ErrorCode::kUnavailable, fmt::format("{} watch already", kWatchersMax)}, kTooManyWatch
        );
    }
    const auto watch = std::make_shared<Watch>(operations, std::move(options));
    if (const Status opened = watch->open(); !opened) return http::problem(opened.error());
    Response response{200, "text/event-stream", ": watching\n\n"};
    response.stream = [watch, pass](std::string& part) {
        auto next = watch->next();
        if (!next) return false;
        part = *std::move(next);
        return true;
    };
    return response;
}

void add_streams(http::Server& server, const Operations& operations, const PullDirectory& pulled) {
    const auto pulling = std::make_shared<PullRoute>(pulled);
    server.handle("POST", "/v1/subscriptions/", [pulling](const Request& request) {
        return pulling->answer(request);
    });
    const auto gate = std::make_shared<Gate>(kWatchersMax);
    server.handle("GET", std::string{kWatch}, [&operations, &pulled, gate](const Request& request) {
        const std::string domain = request.path.substr(kWatch.size());
        return watch_domain(operations, pulled, request, domain, *gate);
    });
}

}  // namespace

void add_routes(
    http::Server& server, Operations& operations, const PullDirectory& pulled, const Clock& clock
) {
    handle_plain(server, "/v1/version", [](const Request&) { return Json{{"version", kVersion}}; });
    handle_plain(server, "/v1/status", [&operations](const Request&) {
        return operations.status();
    });
    handle_plain(server, "/v1/topics", [&operations](const Request&) {
        return operations.topics();
    });
    handle_plain(server, kWhy, [&operations](const Request& request) {
        return operations.why(std::string_view{request.path}.substr(kWhy.size()));
    });
    server.handle("GET", std::string{kTrace}, [&operations](const Request& request) {
        return subject_trace(operations, request);
    });
    server.handle("GET", std::string{kSnapshots}, [&operations](const Request& request) {
        return state_response(operations, request);
    });
    server.handle("GET", "/v1/stuck", [&operations](const Request& request) {
        return stuck(operations, request);
    });
    server.handle("GET", std::string{kTopics}, [&operations](const Request& request) {
        if (const auto topic = between(request.path, kTopics, "/records")) {
            return topic_records(operations, request, *topic);
        }
        return topic_ends(operations, request, request.path.substr(kTopics.size()));
    });
    server.handle("GET", std::string{kSubjects}, [&operations](const Request& request) {
        const auto subject = between(request.path, kSubjects, "/events");
        return subject ? shown_events(operations, request, *subject) : no_resource(request);
    });
    server.handle("POST", "/v1/commands", [&operations](const Request& request) {
        return command(operations, request);
    });
    add_streams(server, operations, pulled);
    const auto publishing = std::make_shared<PublishRoute>(operations, clock);
    server.handle("POST", "/v1/events", [publishing](const Request& request) {
        return publishing->answer(request, "");
    });
    server.handle("POST", std::string{kDomains}, [publishing](const Request& request) {
        const auto domain = between(request.path, kDomains, "/events");
        if (!domain || domain->empty()) return no_resource(request);
        return publishing->answer(request, *domain);
    });
}

}  // namespace sluice::daemon
