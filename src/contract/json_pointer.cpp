#include "contract/json_pointer.hpp"

#include "event/json_cursor.hpp"
#include "event/limits.hpp"
#include "event/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::contract {

namespace {

using event::JsonCursor;
using event::JsonKind;

/// What one step down finds: the bytes of the last member of that name, or of that element.
std::optional<std::string_view> child(JsonCursor& cursor, const std::string& token) {
    std::optional<std::string_view> found;
    if (cursor.peek() == JsonKind::kObject) {
        cursor.open('{');
        while (cursor.more('}')) {
            const bool wanted = cursor.name() == token;
            const std::string_view value = cursor.raw();
            if (wanted) found = value;
        }
    } else if (cursor.peek() == JsonKind::kArray) {
        cursor.open('[');
        for (std::size_t at = 0; cursor.more(']'); ++at) {
            const std::string_view value = cursor.raw();
            if (fmt::format_int{at}.c_str() == token) found = value;
        }
    } else {
        static_cast<void>(cursor.raw());
    }
    return found;
}

}  // namespace

std::string escaped_token(std::string_view token) {
    std::string out;
    for (const char letter : token) {
        if (letter == '~') {
            out += "~0";
        } else if (letter == '/') {
            out += "~1";
        } else {
            out.push_back(letter);
        }
    }
    return out;
}

std::string readable_name(std::string_view name) {
    std::string quoted = event::shown(name);
    const bool as_it_is = std::string_view{quoted}.substr(1, quoted.size() - 2) == name;
    return as_it_is ? std::string{name} : quoted;
}

std::string readable_pointer(std::string_view pointer) {
    std::string out;
    while (!pointer.empty()) {
        const std::size_t end = std::min(pointer.find('/', 1), pointer.size());
        out += '/' + readable_name(pointer.substr(1, end - 1));
        pointer.remove_prefix(end);
    }
    return out;
}

std::optional<std::vector<std::string>> pointer_tokens(std::string_view pointer) {
    std::vector<std::string> tokens;
    if (!pointer.empty() && pointer.front() != '/') return std::nullopt;
    for (std::size_t at = 0; at < pointer.size(); ++at) {
        if (pointer[at] == '/') {
            tokens.emplace_back();
        } else if (pointer[at] != '~') {
            tokens.back().push_back(pointer[at]);
        } else {
            const char next = at + 1 < pointer.size() ? pointer[at + 1] : '\0';
            if (next != '0' && next != '1') return std::nullopt;
            tokens.back().push_back(next == '0' ? '~' : '/');
            ++at;
        }
    }
    return tokens;
}

Result<JsonPointer> JsonPointer::parse(std::string_view text) {
    auto tokens = pointer_tokens(text);
    if (tokens.has_value() && !tokens->empty()) {
        return JsonPointer{std::string{text}, std::move(*tokens)};
    }
    return Error{
        ErrorCode::kBadConfig,
        fmt::format("{} is not a JSON pointer such as /parcelId", event::shown(text))};
}

Result<std::optional<std::string>> JsonPointer::scalar_in(std::string_view payload) const {
    constexpr std::size_t depth_max = event::EventLimits{}.json_depth_max;
    std::string_view value = payload;
    for (const std::string& token : tokens_) {
        JsonCursor cursor{value, depth_max};
        const auto found = child(cursor, token);
        cursor.end();
        if (!cursor.ok()) return cursor.failure()->at("data");
        if (!found.has_value()) return std::optional<std::string>{};
        value = *found;
    }
    JsonCursor cursor{value, depth_max};
    switch (cursor.peek()) {
        case JsonKind::kString: return std::optional<std::string>{cursor.string()};
        case JsonKind::kNumber:
        case JsonKind::kBool: return std::optional<std::string>{std::string{value}};
        case JsonKind::kNull:
        case JsonKind::kNone: return std::optional<std::string>{};
        case JsonKind::kObject:
        case JsonKind::kArray: break;
    }
    return Error{
        ErrorCode::kInvalidEvent,
        fmt::format(
            "data: at {} stands {}, where a text or a number is due", text_, event::shown(value)
        )};
}

}  // namespace sluice::contract
