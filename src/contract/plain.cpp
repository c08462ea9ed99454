#include "contract/plain.hpp"

#include "base/assert.hpp"
#include "base/match.hpp"
#include "event/kafka.hpp"
#include "event/text.hpp"

#include <fmt/format.h>

#include <charconv>
#include <system_error>
#include <utility>

namespace sluice::contract {

namespace {

constexpr std::size_t kInt64Bytes = 8;

Error unreadable(std::string why) {
    return Error{ErrorCode::kInvalidEvent, std::move(why)};
}

Result<std::string> decoded(std::string_view bytes, Encoding encoding) {
    switch (encoding) {
        case Encoding::kString: return std::string{bytes};
        case Encoding::kInt64: {
            if (bytes.size() != kInt64Bytes) {
                return unreadable(fmt::format("has {} bytes, and an int64 has 8", bytes.size()));
            }
            std::uint64_t number = 0;
            for (const char byte : bytes) number = number << 8 | static_cast<unsigned char>(byte);
            return fmt::to_string(static_cast<std::int64_t>(number));
        }
        case Encoding::kBytes: {
            std::string digits;
            for (const char byte : bytes) {
                fmt::format_to(
                    std::back_inserter(digits), "{:02x}", static_cast<unsigned char>(byte)
                );
            }
            return digits;
        }
    }
    SLUICE_UNREACHABLE();
}

/// Of hexadecimal, as `decoded` writes it.
std::optional<unsigned> digit_of(char digit) {
    if (digit >= '0' && digit <= '9') return static_cast<unsigned>(digit - '0');
    if (digit >= 'a' && digit <= 'f') return static_cast<unsigned>(digit - 'a') + 10;
    return std::nullopt;
}

Result<std::string> at_key(const Record& record, const FromKey& from) {
    if (!record.key) return unreadable("the record has no key");
    auto text = decoded(*record.key, from.encoding);
    return text ? std::move(text) : text.error().at("the key");
}

Result<std::string> at_header(const Record& record, const FromHeader& from) {
    const auto value = record.header(from.name);
    const std::string place = "header " + event::shown(from.name);
    if (!value) return unreadable(place + " is not there");
    auto text = decoded(*value, from.encoding);
    return text ? std::move(text) : text.error().at(place);
}

Result<std::string> at_pointer(const Record& record, const JsonPointer& pointer) {
    if (!record.value) return unreadable("the record has no value");
    auto found = pointer.scalar_in(*record.value);
    if (!found) return found.error();
    if (!*found) return unreadable(fmt::format("data: {}: nothing there", pointer.text()));
    return std::move(**found);
}

/// What an attribute of an event may hold.
Status check_text(std::string_view text, const event::EventLimits& limits) {
    if (text.empty()) return unreadable("is empty");
    if (text.size() > limits.attribute_bytes_max) {
        return unreadable(
            fmt::format("has {} bytes; at most {}", text.size(), limits.attribute_bytes_max)
        );
    }
    for (std::string_view rest = text; !rest.empty();) {
        const event::CodePoint next = event::decode_utf8(rest);
        if (next.size == 0) return unreadable(event::shown(text) + " is not UTF-8");
        if (!event::allowed_in_attribute(next.value)) {
            return unreadable(event::shown(text) + " has a control character in it");
        }
        rest.remove_prefix(next.size);
    }
    return ok();
}

}  // namespace

Result<std::string> text_of(
    const PlainField& field, const Record& record, const event::EventLimits& limits
) {
    auto text = std::visit(
        Match{
            [](const Constant& constant) -> Result<std::string> { return constant.text; },
            [&](const FromKey& from) { return at_key(record, from); },
            [&](const FromHeader& from) { return at_header(record, from); },
            [&](const JsonPointer& pointer) { return at_pointer(record, pointer); }},
        field
    );
    if (!text) return text;
    if (const Status good = check_text(*text, limits); !good) return good.error();
    return text;
}

std::optional<std::string> bytes_of(std::string_view text, Encoding encoding) {
    switch (encoding) {
        case Encoding::kString: return std::string{text};
        case Encoding::kInt64: {
            std::int64_t number = 0;
            const auto [end, failure] =
                std::from_chars(text.data(), text.data() + text.size(), number);
            if (failure != std::errc{} || fmt::to_string(number) != text) return std::nullopt;
            std::string bytes(kInt64Bytes, '\0');
            auto rest = static_cast<std::uint64_t>(number);
            for (auto at = bytes.rbegin(); at != bytes.rend(); ++at, rest >>= 8U) {
                *at = static_cast<char>(rest & 0xFFU);
            }
            return bytes;
        }
        case Encoding::kBytes: {
            if (text.size() % 2 != 0) return std::nullopt;
            std::string bytes;
            for (; !text.empty(); text.remove_prefix(2)) {
                const auto high = digit_of(text[0]);
                const auto low = digit_of(text[1]);
                if (!high || !low) return std::nullopt;
                bytes.push_back(static_cast<char>(*high << 4U | *low));
            }
            return bytes;
        }
    }
    SLUICE_UNREACHABLE();
}

Result<Headers> event_headers(
    const PlainRecords& plain,
    const Record& record,
    std::string_view otherwise_id,
    const event::EventLimits& limits
) {
    Headers headers;
    const auto add = [&](std::string_view name, std::string_view value) {
        headers.push_back({event::header_name(name), value});
    };
    const auto add_field = [&](std::string_view name, const PlainField& field) -> Status {
        auto text = text_of(field, record, limits);
        if (!text) return text.error().at(name);
        add(name, *text);
        return ok();
    };
    add("specversion", "1.0");
    if (plain.id) {
        if (const Status done = add_field("id", *plain.id); !done) return done.error();
    } else {
        add("id", otherwise_id);
    }
    add("source", plain.source);
    if (const Status done = add_field("type", plain.type); !done) return done.error();
    if (const Status done = add_field("subject", plain.subject); !done) return done.error();
    if (plain.number) {
        const Status done = add_field(extension::kSourceSequence, *plain.number);
        if (!done) return done.error();
    }
    return headers;
}

}  // namespace sluice::contract
