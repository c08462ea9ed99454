#include "daemon/api/binary_event.hpp"

#include "event/attribute.hpp"
#include "event/text.hpp"
#include "event/validate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace sluice::daemon {

namespace {

constexpr std::string_view kAttributePrefix = "ce-";

Error bad_header(std::string_view name, std::string_view why) {
    return Error{ErrorCode::kInvalidEvent, fmt::format("header {}: {}", event::shown(name), why)};
}

/// Names of headers come in any case; those of attributes are small.
std::string attribute_of(std::string_view header) {
    std::string name{header.substr(kAttributePrefix.size())};
    std::transform(name.begin(), name.end(), name.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return name;
}

/// `value`: percent-decoded, as http::Server gives it.
Status take_header(
    Event& event,
    const std::string& header,
    const std::string& value,
    const event::EventLimits& limits
) {
    const std::string name = attribute_of(header);
    if (name == "specversion") {
        if (value == "1.0") return ok();
        return bad_header(header, fmt::format("{} is not read, only '1.0'", event::shown(value)));
    }
    if (std::string* attribute = event::core_attribute(event, name); attribute != nullptr) {
        if (name == "datacontenttype") return bad_header(header, "'Content-Type' says it");
        if (value.empty()) return bad_header(header, "is empty: leave it out, or give it a value");
        *attribute = value;
        return ok();
    }
    if (event::is_core_name(name)) {
        return bad_header(header, "is no attribute; the body is the data");
    }
    if (Status fits = event::validate_extension_name(name, limits); !fits) {
        return bad_header(header, fits.error().message);
    }
    event.extensions.insert_or_assign(name, value);
    return ok();
}

bool is_attribute(std::string_view header) {
    return event::starts_with_ignoring_case(header, kAttributePrefix);
}

}  // namespace

bool is_binary_event(const http::Request& request) {
    if (event::starts_with_ignoring_case(request.content_type, "application/cloudevents")) {
        return false;
    }
    return std::any_of(request.headers.begin(), request.headers.end(), [](const auto& header) {
        return is_attribute(header.first);
    });
}

Result<Event> read_binary_event(const http::Request& request, const event::EventLimits& limits) {
    Event event;
    bool has_version = false;
    for (const auto& [name, value] : request.headers) {
        if (!is_attribute(name)) continue;
        if (Status taken = take_header(event, name, value, limits); !taken) return taken.error();
        has_version = has_version || attribute_of(name) == "specversion";
    }
    if (!has_version) {
        return Error{
            ErrorCode::kInvalidEvent, "header 'ce-specversion' is missing: it must be '1.0'"};
    }
    if (!request.content_type.empty()) event.datacontenttype = request.content_type;
    if (!request.body.empty()) event.data = request.body;
    if (Status valid = event::validate(event, limits); !valid) return valid.error();
    return event;
}

}  // namespace sluice::daemon
