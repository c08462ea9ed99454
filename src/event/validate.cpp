#include "event/validate.hpp"

#include <sluice/time.hpp>

#include "event/attribute.hpp"
#include "event/stamp.hpp"
#include "event/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::event {

namespace {

template <class... Args>
Error invalid(fmt::format_string<Args...> text, Args&&... args) {
    return Error{ErrorCode::kInvalidEvent, fmt::format(text, std::forward<Args>(args)...)};
}

/// What every attribute value must be. `kind` is "attribute" or "extension".
Status validate_text(
    std::string_view kind, std::string_view name, std::string_view value, const EventLimits& limits
) {
    if (value.size() > limits.attribute_bytes_max) {
        return Error{
            ErrorCode::kTooLarge,
            fmt::format(
                "{} '{}': {} bytes, and at most {} are taken (attribute_bytes_max)",
                kind,
                name,
                value.size(),
                limits.attribute_bytes_max
            )};
    }
    for (std::size_t at = 0; at < value.size();) {
        const CodePoint next = decode_utf8(value.substr(at, 4));
        if (next.size == 0) {
            return invalid("{} '{}': {} is not UTF-8 at byte {}", kind, name, shown(value), at);
        }
        if (!allowed_in_attribute(next.value)) {
            return invalid(
                "{} '{}': {} holds U+{:04X} at byte {}; control characters and noncharacters are "
                "not "
                "allowed",
                kind,
                name,
                shown(value),
                next.value,
                at
            );
        }
        at += next.size;
    }
    return ok();
}

Status validate_required(std::string_view name, std::string_view value, const EventLimits& limits) {
    if (value.empty()) {
        return invalid(
            "attribute '{}' is missing or empty: every event has id, source and type, each of at "
            "least "
            "one character",
            name
        );
    }
    return validate_text("attribute", name, value, limits);
}

Status validate_optional(
    std::string_view name, const std::optional<std::string>& value, const EventLimits& limits
) {
    if (!value.has_value()) return ok();
    if (value->empty()) {
        return invalid("attribute '{}' is empty: leave it out, or give it a value", name);
    }
    return validate_text("attribute", name, *value, limits);
}

Status validate_source(std::string_view source) {
    if (source.find(' ') == std::string_view::npos) return ok();
    return invalid(
        "attribute 'source': {} holds a blank; a URI reference such as '/orders' has none",
        shown(source)
    );
}

Status validate_time(const std::optional<std::string>& time) {
    constexpr std::size_t time_bytes_max = 64;
    if (!time.has_value()) return ok();
    if (time->size() <= time_bytes_max && parse_rfc3339(*time).has_value()) return ok();
    return invalid(
        "attribute 'time': {} is not an RFC 3339 time such as 2026-11-22T21:01:14Z", shown(*time)
    );
}

Status validate_media_type(const std::optional<std::string>& type) {
    if (!type.has_value()) return ok();
    const std::string_view essence = std::string_view{*type}.substr(0, type->find(';'));
    const std::size_t slash = essence.find('/');
    if (slash != std::string_view::npos && slash > 0 && slash + 1 < essence.size()) return ok();
    return invalid(
        "attribute 'datacontenttype': {} is not a media type such as application/json", shown(*type)
    );
}

Status validate_extension(
    std::string_view name, std::string_view value, const EventLimits& limits
) {
    if (Status s = validate_extension_name(name, limits); !s) return s;
    if (Status s = validate_text("extension", name, value, limits); !s) return s;
    if (name == extension::kSourceSequence) {
        if (auto number = parse_source_sequence(value); !number) return number.error();
    }
    if (name == extension::kDependsOn) {
        if (auto stamps = parse_depends_on(value); !stamps) return stamps.error();
    }
    return ok();
}

Status validate_attributes(const Event& event, const EventLimits& limits) {
    if (Status s = validate_required("id", event.id, limits); !s) return s;
    if (Status s = validate_required("source", event.source, limits); !s) return s;
    if (Status s = validate_source(event.source); !s) return s;
    if (Status s = validate_required("type", event.type, limits); !s) return s;
    if (Status s = validate_text("attribute", "subject", event.subject, limits); !s) return s;
    if (Status s = validate_optional("time", event.time, limits); !s) return s;
    if (Status s = validate_time(event.time); !s) return s;
    if (Status s = validate_optional("datacontenttype", event.datacontenttype, limits); !s)
        return s;
    if (Status s = validate_media_type(event.datacontenttype); !s) return s;
    return validate_optional("dataschema", event.dataschema, limits);
}

}  // namespace

Status validate_extension_name(std::string_view name, const EventLimits& limits) {
    const auto lower = [](char letter) { return letter >= 'a' && letter <= 'z'; };
    const auto allowed = [&](char letter) {
        return lower(letter) || (letter >= '0' && letter <= '9');
    };
    if (is_core_name(name)) {
        return invalid(
            "extension '{}': this is the name of an attribute of CloudEvents itself", name
        );
    }
    const bool fits = !name.empty() && name.size() <= limits.name_chars_max && lower(name.front());
    if (fits && std::all_of(name.begin(), name.end(), allowed)) return ok();
    return invalid(
        "extension {}: a name is 1 to {} of a-z and 0-9, a letter first",
        shown(name),
        limits.name_chars_max
    );
}

std::size_t size_bytes(const Event& event) {
    const auto optional = [](std::string_view name, const std::optional<std::string>& value) {
        return value.has_value() ? name.size() + value->size() : 0;
    };
    std::size_t size = std::string_view{"specversion1.0idsourcetype"}.size() + event.id.size() +
                       event.source.size() + event.type.size();
    if (!event.subject.empty()) size += std::string_view{"subject"}.size() + event.subject.size();
    size += optional("time", event.time) + optional("datacontenttype", event.datacontenttype) +
            optional("dataschema", event.dataschema) + optional("", event.data);
    for (const auto& [name, value] : event.extensions) size += name.size() + value.size();
    return size;
}

Status validate(const Event& event, const EventLimits& limits) {
    if (const std::size_t size = size_bytes(event); size > limits.event_bytes_max) {
        return Error{
            ErrorCode::kTooLarge,
            fmt::format(
                "the event has {} bytes, and at most {} are taken (event_bytes_max)",
                size,
                limits.event_bytes_max
            )};
    }
    if (Status s = validate_attributes(event, limits); !s) return s;
    for (const auto& [name, value] : event.extensions) {
        if (Status s = validate_extension(name, value, limits); !s) return s;
    }
    return ok();
}

}  // namespace sluice::event
