// Bodies of requests, as their handlers read them: "CONTENT-TYPE\nname: value\n…\n\nBODY". The body
// is also read as a command, as a subscription, as an edited event and as a line of an import.

#include "base/assert.hpp"
#include "daemon/api/binary_event.hpp"
#include "daemon/api/event_body.hpp"
#include "daemon/subscriptions/body.hpp"
#include "daemon/verbs/command_request.hpp"
#include "daemon/verbs/edited_event.hpp"
#include "daemon/verbs/imported_event.hpp"
#include "event/validate.hpp"
#include "fuzz.hpp"

namespace sluice::daemon {
namespace {

http::Request request_of(std::string_view text) {
    http::Request request;
    const auto line = [&] {
        const std::string_view taken = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), taken.size() + 1));
        return taken;
    };
    request.content_type = line();
    for (std::string_view header = line(); !header.empty(); header = line()) {
        const std::size_t colon = std::min(header.find(": "), header.size());
        const std::string_view value = header.substr(std::min(header.size(), colon + 2));
        request.headers.insert_or_assign(std::string{header.substr(0, colon)}, std::string{value});
    }
    request.body = text;
    return request;
}

void valid_or_told(const Result<Event>& event) {
    if (event) SLUICE_ASSERT(event::validate(*event, {}).has_value());
    if (!event) SLUICE_ASSERT(http::problem(event.error()).status >= 400);
}

void published(const http::Request& request) {
    if (is_binary_event(request)) valid_or_told(read_binary_event(request, {}));
    const auto body = read_event_body(request.content_type, request.body, {});
    if (!body) return;
    SLUICE_ASSERT(!body->single || body->events.size() == 1);
    for (const BodyEvent& one : body->events) valid_or_told(one.event);
}

void commanded(const std::string& body) {
    const auto command = parse_command(body);
    if (!command) {
        SLUICE_ASSERT(http::problem(command.error()).status >= 400);
        return;
    }
    SLUICE_ASSERT(check_command(*command).has_value());
    SLUICE_ASSERT(parse_command(to_text(command_json(*command))).value() == *command);
}

void subscribed(const std::string& text) {
    const auto body = read_body(text);
    if (!body) {
        SLUICE_ASSERT(body.error().code == ErrorCode::kInvalidArgument);
        return;
    }
    SLUICE_ASSERT(body->document.root().is_object());
    static_cast<void>(to_text(cloud_events_of(Json(body->document.root()))));
}

void run(std::string_view text) {
    const http::Request request = request_of(text);
    published(request);
    commanded(request.body);
    subscribed(request.body);
    valid_or_told(parse_edited(request.body, {}));
    valid_or_told(imported_event(request.body, {}, {}));
}

}  // namespace
}  // namespace sluice::daemon

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    sluice::daemon::run(sluice::fuzz::text_of(data, size));
    return 0;
}
