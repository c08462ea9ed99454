#include "commerce/events/codec.hpp"

#include "commerce/events/checks.hpp"
#include "commerce/events/fields.hpp"
#include "commerce/events/json_text.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace sluice::commerce {

namespace {

template <class T>
concept Described = requires {
    Fields<T>::kList;
};

template <Described T>
inline constexpr std::size_t kFieldCount =
    std::tuple_size_v<std::decay_t<decltype(Fields<T>::kList)>>;

template <Described T>
void append(std::string& out, const T& object);

void append(std::string& out, const std::string& value) {
    append_json(out, value);
}

void append(std::string& out, std::int64_t value) {
    append_json(out, value);
}

void append(std::string& out, UtcTime value) {
    append_json(out, to_text(value));
}

void append(std::string& out, Day value) {
    append_json(out, to_text(value));
}

void append(std::string& out, UnitRef value) {
    out += '[';
    append_json(out, value.line);
    out += ',';
    append_json(out, value.unit);
    out += ']';
}

template <class T>
void append(std::string& out, const std::vector<T>& values) {
    out += '[';
    for (const T& value : values) {
        if (&value != values.data()) out += ',';
        append(out, value);
    }
    out += ']';
}

void append(std::string& out, const std::vector<TypeCount>& counts) {
    out += '{';
    for (const TypeCount& count : counts) {
        if (&count != counts.data()) out += ',';
        append_json(out, count.type);
        out += ':';
        append_json(out, count.count);
    }
    out += '}';
}

template <Described T>
void append(std::string& out, const T& object) {
    char before = '{';
    const auto member = [&](const auto& field) {
        out += before;
        before = ',';
        append_json(out, field.name);
        out += ':';
        append(out, object.*field.member);
    };
    std::apply([&](const auto&... field) { (member(field), ...); }, Fields<T>::kList);
    out += '}';
}

template <Described T>
bool read(JsonReader& in, T& object);

bool read(JsonReader& in, std::string& value) {
    return in.read(value);
}

bool read(JsonReader& in, std::int64_t& value) {
    return in.read(value);
}

template <class T>
bool read_text(JsonReader& in, T& value, Result<T> (*parse)(std::string_view)) {
    std::string text;
    if (!in.read(text)) return false;
    const Result<T> parsed = parse(text);
    if (!parsed.has_value()) return in.fail(parsed.error().message);
    value = parsed.value();
    return true;
}

bool read(JsonReader& in, UtcTime& value) {
    return read_text(in, value, &parse_time);
}

bool read(JsonReader& in, Day& value) {
    return read_text(in, value, &parse_day);
}

bool read(JsonReader& in, UnitRef& value) {
    return in.expect('[') && in.read(value.line) && in.expect(',') && in.read(value.unit) &&
           in.expect(']');
}

template <class T>
bool read(JsonReader& in, std::vector<T>& values) {
    if (!in.take('[')) return in.fail("expected an array");
    if (in.take(']')) return true;
    do {
        if (!read(in, values.emplace_back())) return in.inside(values.size() - 1);
    } while (in.take(','));
    return in.expect(']');
}

bool read(JsonReader& in, std::vector<TypeCount>& counts) {
    if (!in.take('{')) return in.fail("expected an object");
    if (in.take('}')) return true;
    do {
        TypeCount& count = counts.emplace_back();
        if (!in.read(count.type) || !in.expect(':')) return false;
        if (!in.read(count.count)) return in.inside(count.type);
    } while (in.take(','));
    return in.expect('}');
}

/// Reads the member called `name`; `seen` has a bit for each field.
template <Described T>
bool read_member(JsonReader& in, T& object, std::string_view name, std::uint32_t& seen) {
    bool well = true;
    std::uint32_t bit = 1;
    const auto try_field = [&](const auto& field) {
        if (field.name != name) {
            bit <<= 1;
            return false;
        }
        well = (seen & bit) == 0 ? read(in, object.*field.member) : in.fail("given twice");
        seen |= bit;
        return true;
    };
    const auto try_all = [&](const auto&... field) { return (try_field(field) || ...); };
    if (!std::apply(try_all, Fields<T>::kList)) well = in.fail("unknown field");
    return well || in.inside(name);
}

template <Described T>
bool missing(JsonReader& in, std::uint32_t seen) {
    std::string_view first;
    std::uint32_t bit = 1;
    const auto look = [&](const auto& field) {
        if (first.empty() && (seen & bit) == 0) first = field.name;
        bit <<= 1;
    };
    std::apply([&](const auto&... field) { (look(field), ...); }, Fields<T>::kList);
    in.fail("missing");
    return in.inside(first);
}

template <Described T>
bool read(JsonReader& in, T& object) {
    if (!in.take('{')) return in.fail("expected an object");
    std::uint32_t seen = 0;
    if (!in.take('}')) {
        std::string name;
        do {
            if (!in.read(name) || !in.expect(':')) return false;
            if (!read_member(in, object, name, seen)) {
                return false;
            }
        } while (in.take(','));
        if (!in.expect('}')) return false;
    }
    return seen == (std::uint32_t{1} << kFieldCount<T>)-1 || missing<T>(in, seen);
}

}  // namespace

template <class Payload>
std::string encode(const Payload& payload) {
    std::string out;
    append(out, payload);
    return out;
}

template <class Payload>
Result<Payload> decode(std::string_view json) {
    JsonReader in{json};
    Payload payload;
    if (!read(in, payload) || !in.end() || !check(in, payload)) return in.error();
    return payload;
}

#define SLUICE_PAYLOAD(Payload)                           \
    template std::string encode<Payload>(const Payload&); \
    template Result<Payload> decode<Payload>(std::string_view);
SLUICE_PAYLOAD(OrderPlaced)
SLUICE_PAYLOAD(OrderPaid)
SLUICE_PAYLOAD(OrderCancelled)
SLUICE_PAYLOAD(OrderReturned)
SLUICE_PAYLOAD(OrderRefunded)
SLUICE_PAYLOAD(DeliveryDispatched)
SLUICE_PAYLOAD(DeliveryCompleted)
SLUICE_PAYLOAD(ReviewGiven)
SLUICE_PAYLOAD(DayClosed)
#undef SLUICE_PAYLOAD

}  // namespace sluice::commerce
