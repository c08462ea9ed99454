#include "event/attribute.hpp"
#include "event/base64.hpp"
#include "event/json.hpp"
#include "event/json_cursor.hpp"
#include "event/text.hpp"
#include "event/validate.hpp"

#include <fmt/format.h>

#include <charconv>
#include <set>

namespace sluice::event {

namespace {

/// Reads the members of one event object; the cursor stands before its brace.
class EventReader {
public:
    EventReader(JsonCursor& cursor, const EventLimits& limits) : cursor_{cursor}, limits_{limits} {}

    Result<Event> read() {
        cursor_.open('{');
        while (cursor_.more('}')) {
            const std::string name = cursor_.name();
            if (!seen_.insert(name).second)
                cursor_.fail(fmt::format("{} is there twice", shown(name)));
            if (cursor_.ok()) read_member(name);
        }
        if (!cursor_.ok()) return *cursor_.failure();
        if (Status s = check_version(); !s) return s.error();
        if (Status s = settle_data(); !s) return s.error();
        if (Status s = validate(event_, limits_); !s) return s.error();
        return std::move(event_);
    }

private:
    void read_member(const std::string& name) {
        if (name == "data") {
            data_kind_ = cursor_.peek();
            raw_data_ = cursor_.raw();
            return;
        }
        if (cursor_.peek() == JsonKind::kNull) {
            static_cast<void>(cursor_.raw());
            return;
        }
        if (name == "data_base64") {
            base64_ = cursor_.string();
        } else if (is_core_name(name)) {
            read_core(name);
        } else {
            if (Status s = validate_extension_name(name, limits_); !s)
                return cursor_.fail(s.error().message);
            event_.extensions.insert_or_assign(name, extension_value(name));
        }
    }

    void read_core(const std::string& name) {
        if (cursor_.peek() != JsonKind::kString) {
            return cursor_.fail(fmt::format("attribute '{}' must be a string", name));
        }
        std::string value = cursor_.string();
        if (value.empty()) return cursor_.fail(fmt::format("attribute '{}' is empty", name));
        std::string* attribute = core_attribute(event_, name);
        if (attribute == nullptr) {
            specversion_ = std::move(value);
        } else {
            *attribute = std::move(value);
        }
    }

    std::string extension_value(const std::string& name) {
        const JsonKind kind = cursor_.peek();
        if (kind == JsonKind::kString) return cursor_.string();
        const std::string_view raw = cursor_.raw();
        if (kind == JsonKind::kBool) return std::string{raw};
        std::int64_t number = 0;
        const char* end = raw.data() + raw.size();
        const auto [stop, failure] = std::from_chars(raw.data(), end, number);
        if (kind == JsonKind::kNumber && failure == std::errc{} && stop == end)
            return std::to_string(number);
        cursor_.fail(fmt::format(
            "extension '{}': {} is neither a string, an integer nor a boolean", name, shown(raw)
        ));
        return {};
    }

    [[nodiscard]] Status check_version() const {
        if (specversion_ == "1.0") return ok();
        if (!specversion_.has_value()) {
            return Error{
                ErrorCode::kInvalidEvent, "attribute 'specversion' is missing: it must be '1.0'"};
        }
        return Error{
            ErrorCode::kInvalidEvent,
            fmt::format(
                "attribute 'specversion': {} is not read, only '1.0'", shown(*specversion_)
            )};
    }

    /// Only now is the content type known, which says what `data` means.
    Status settle_data() {
        if (data_kind_.has_value() && base64_.has_value()) {
            return Error{
                ErrorCode::kInvalidEvent,
                "both 'data' and 'data_base64' are there; only one may be"};
        }
        if (base64_.has_value()) {
            event_.data = from_base64(*base64_);
            if (event_.data.has_value()) return ok();
            return Error{
                ErrorCode::kInvalidEvent,
                fmt::format("'data_base64': {} is not base64 (RFC 4648, padded)", shown(*base64_))};
        }
        if (!data_kind_.has_value()) return ok();
        if (!event_.datacontenttype.has_value() || is_json_media_type(*event_.datacontenttype)) {
            event_.data = std::string{raw_data_};
            return ok();
        }
        if (*data_kind_ == JsonKind::kNull) return ok();
        if (*data_kind_ != JsonKind::kString) {
            return Error{
                ErrorCode::kInvalidEvent,
                fmt::format(
                    "'data' of content type {} must be a string; other JSON values need a JSON "
                    "content "
                    "type",
                    shown(*event_.datacontenttype)
                )};
        }
        event_.data = JsonCursor{raw_data_, limits_.json_depth_max}.string();
        return ok();
    }

    JsonCursor& cursor_;
    const EventLimits& limits_;
    Event event_;
    std::set<std::string> seen_;
    std::optional<std::string> specversion_;
    std::optional<std::string> base64_;
    std::optional<JsonKind> data_kind_;
    std::string_view raw_data_;
};

Status refuse_beyond(std::string_view text, std::size_t bytes_max, std::string_view what) {
    if (text.size() <= bytes_max) return ok();
    return Error{
        ErrorCode::kTooLarge,
        fmt::format(
            "{} bytes of JSON, and at most {} are taken ({})", text.size(), bytes_max, what
        )};
}

}  // namespace

Result<Event> parse_json(std::string_view text, const EventLimits& limits) {
    if (Status s = refuse_beyond(text, limits.json_bytes_max(), "six times event_bytes_max"); !s) {
        return s.error();
    }
    JsonCursor cursor{text, limits.json_depth_max};
    Result<Event> event = EventReader{cursor, limits}.read();
    cursor.end();
    if (event.has_value() && !cursor.ok()) return *cursor.failure();
    return event;
}

Result<std::vector<Event>> parse_json_batch(std::string_view text, const EventLimits& limits) {
    if (Status s = refuse_beyond(text, limits.batch_bytes_max, "batch_bytes_max"); !s)
        return s.error();
    JsonCursor cursor{text, limits.json_depth_max};
    std::vector<Event> events;
    cursor.open('[');
    while (cursor.more(']')) {
        if (events.size() == limits.batch_events_max) {
            return Error{
                ErrorCode::kTooLarge,
                fmt::format(
                    "more than {} events in one batch (batch_events_max)", limits.batch_events_max
                )};
        }
        Result<Event> event = EventReader{cursor, limits}.read();
        if (!event.has_value()) return event.error().at(fmt::format("event {}", events.size() + 1));
        events.push_back(std::move(event).value());
    }
    cursor.end();
    if (!cursor.ok()) return *cursor.failure();
    return events;
}

}  // namespace sluice::event
