#include "daemon/verbs/command_request.hpp"

#include "contract/nearest.hpp"
#include "event/text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace sluice::daemon {

namespace {

/// A text of the request under its name in JSON.
struct Member {
    std::string_view name;
    std::string CommandRequest::*text;
};

constexpr std::array kMembers{
    Member{"verb", &CommandRequest::verb},
    Member{"domain", &CommandRequest::domain},
    Member{"subscription", &CommandRequest::subscription},
    Member{"subject", &CommandRequest::subject},
    Member{"missing", &CommandRequest::missing},
    Member{"event", &CommandRequest::event},
    Member{"source", &CommandRequest::source},
    Member{"winner", &CommandRequest::winner},
    Member{"copy", &CommandRequest::copy},
    Member{"cause", &CommandRequest::cause},
    Member{"type", &CommandRequest::type},
    Member{"reason", &CommandRequest::reason},
    Member{"by", &CommandRequest::by},
    Member{"id", &CommandRequest::id},
    Member{"view", &CommandRequest::view},
};

/// A whole number of the request.
constexpr std::string_view kOffset = "offset";
constexpr std::string_view kRate = "rate";

/// What a verb takes beside verb, domain, subscription, subject, reason, by, id and view.
struct VerbMembers {
    std::string_view verb;
    bool of_subscription;
    std::vector<std::string_view> takes;
};

const std::vector<VerbMembers>& verbs() {
    static const std::vector<VerbMembers> kVerbs{
        {"skip", false, {"missing", "cause"}},
        {"release", false, {"event", "source"}},
        {"drop", false, {"event", "source"}},
        {"settle", false, {"event", "source", "winner", "cause"}},
        {"take-back", false, {"offset", "cause"}},
        {"adopt", false, {"cause"}},
        {"unflood", false, {"cause"}},
        {"repair", false, {"event", "source", "offset", "copy"}},
        {"redrive", true, {"cause", "type", "rate"}},
        {"skip", true, {}},
        {"edit", true, {"copy"}},
        {"try", true, {}},
        {"pause", true, {}},
        {"resume", true, {}},
    };
    return kVerbs;
}

Error wrong(std::string what) {
    return Error{ErrorCode::kInvalidArgument, std::move(what)};
}

bool is_one_line(std::string_view text) {
    return event::is_utf8(text) && std::none_of(text.begin(), text.end(), [](char c) {
               return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
           });
}

Status check_text(std::string_view name, std::string_view text, std::size_t bytes_max) {
    if (text.size() > bytes_max) {
        return wrong(fmt::format("`{}`: {} bytes, at most {}", name, text.size(), bytes_max));
    }
    if (is_one_line(text)) return ok();
    return wrong(fmt::format("`{}`: is not one line of text", name));
}

Status check_members(const CommandRequest& request, const VerbMembers& verb) {
    const auto refuse_unless_taken = [&](std::string_view name, bool given) {
        const bool takes =
            std::find(verb.takes.begin(), verb.takes.end(), name) != verb.takes.end();
        if (!given || takes) return ok();
        return Status{wrong(fmt::format(
            "`{}` is not for {}{}",
            name,
            verb.verb,
            verb.takes.empty() ? "" : fmt::format("; it takes: {}", fmt::join(verb.takes, ", "))
        ))};
    };
    for (const std::string_view name :
         {"missing", "event", "source", "winner", "copy", "cause", "type"}) {
        const auto member = std::find_if(kMembers.begin(), kMembers.end(), [&](const Member& one) {
            return one.name == name;
        });
        Status fits = refuse_unless_taken(name, !(request.*(member->text)).empty());
        if (!fits) return fits;
    }
    const Status offset = refuse_unless_taken(kOffset, request.offset.has_value());
    return offset ? refuse_unless_taken(kRate, request.rate.has_value()) : offset;
}

/// The verb, or why there is none of that name.
Result<const VerbMembers*> verb_of(const CommandRequest& request) {
    const bool of_subscription = !request.subscription.empty();
    const VerbMembers* elsewhere = nullptr;
    for (const VerbMembers& one : verbs()) {
        if (one.verb != request.verb) continue;
        if (one.of_subscription == of_subscription) return &one;
        elsewhere = &one;
    }
    if (elsewhere != nullptr) {
        return wrong(
            request.verb +
            (elsewhere->of_subscription
                 ? " is about a subscription: name it"
                 : " is about what waits before the ordered topic: name no subscription")
        );
    }
    const auto names = command_verbs(of_subscription);
    return wrong(fmt::format(
        "`verb`: {} is none{}; there are: {}",
        event::shown(request.verb),
        contract::did_you_mean(request.verb, names),
        fmt::join(names, ", ")
    ));
}

/// Which subjects: one, all of a cause, or, to pause and resume, all.
Status check_subjects(const CommandRequest& request) {
    const bool all = request.verb == "pause" || request.verb == "resume";
    if (all && request.cause.empty()) return ok();
    if (request.subject.empty() == request.cause.empty()) {
        return wrong("name a `subject`, or all that stand for a `cause`, and not both");
    }
    if (request.type.empty() || !request.cause.empty()) return ok();
    return wrong("`type`: only with a `cause`");
}

}  // namespace

std::vector<std::string_view> command_verbs(bool of_subscription) {
    std::vector<std::string_view> names;
    for (const VerbMembers& one : verbs()) {
        if (one.of_subscription == of_subscription) names.push_back(one.verb);
    }
    return names;
}

Status check_command(const CommandRequest& request) {
    const auto verb = verb_of(request);
    if (!verb) return verb.error();
    if (Status fits = check_members(request, *verb.value()); !fits) return fits;
    if (Status fits = check_subjects(request); !fits) return fits;
    if (request.reason.empty()) return wrong("`reason`: is missing; say why, the audit keeps it");
    if (request.by.empty()) return wrong("`by`: is missing; say who, the audit keeps it");
    if (request.verb == "settle" && request.winner != "first" && request.winner != "newcomer") {
        return wrong("`winner`: is first or newcomer");
    }
    if (request.rate && (*request.rate < 1 || *request.rate > kRateMax)) {
        return wrong(fmt::format("`rate`: {} is not from 1 to {}", *request.rate, kRateMax));
    }
    if ((request.verb == "repair" || request.verb == "edit") && request.copy.empty()) {
        return wrong("`copy`: is missing; it is the edited event as JSON text");
    }
    if (Status fits = check_text("reason", request.reason, kReasonBytesMax); !fits) return fits;
    if (Status fits = check_text("by", request.by, kNameBytesMax); !fits) return fits;
    return check_text("id", request.id, kNameBytesMax);
}

Result<CommandRequest> parse_command(const std::string& body) {
    const Json json = Json::parse(body, nullptr, false);
    if (!json.is_object()) return wrong("the body is no JSON object");
    CommandRequest request;
    for (const auto& [name, value] : json.items()) {
        const auto member = std::find_if(kMembers.begin(), kMembers.end(), [&](const Member& one) {
            return one.name == name;
        });
        if (member != kMembers.end() && value.is_string()) {
            request.*(member->text) = value.get<std::string>();
            continue;
        }
        const bool is_number = name == kOffset || name == kRate;
        if (is_number && value.is_number_unsigned() &&
            value.get<std::uint64_t>() <= std::numeric_limits<std::int64_t>::max()) {
            if (name == kOffset) request.offset = Offset{value.get<std::int64_t>()};
            if (name == kRate) request.rate = value.get<std::uint64_t>();
            continue;
        }
        if (member != kMembers.end() || is_number) {
            return wrong(
                fmt::format("`{}`: is not {}", name, is_number ? "a whole number" : "a string")
            );
        }
        std::vector<std::string_view> names{kOffset, kRate};
        for (const Member& one : kMembers) names.push_back(one.name);
        return wrong(fmt::format(
            "{} is no member of a command{}",
            event::shown(name),
            contract::did_you_mean(name, names)
        ));
    }
    if (const Status fits = check_command(request); !fits) return fits.error();
    return request;
}

Json command_json(const CommandRequest& request) {
    Json json = Json::object();
    for (const Member& one : kMembers) {
        const std::string& text = request.*(one.text);
        if (!text.empty()) json[std::string{one.name}] = text;
    }
    if (request.offset) json[std::string{kOffset}] = request.offset->value;
    if (request.rate) json[std::string{kRate}] = *request.rate;
    return json;
}

}  // namespace sluice::daemon
