#include "project/cesql_functions.hpp"

#include "project/cesql_text.hpp"

#include <algorithm>
#include <limits>

namespace sluice::project::cesql {

namespace {

using Arguments = std::span<const Value>;

std::string_view text(const Value& value) {
    return std::get<std::string_view>(value);
}

std::int64_t number(const Value& value) {
    return std::get<std::int32_t>(value);
}

Outcome fine(Value value) {
    return {value, Fault::kNone};
}

Outcome length(Arguments all, Scratch&) {
    return fine(static_cast<std::int32_t>(char_count(text(all[0]))));
}

Outcome joined(std::string_view between, Arguments texts, Scratch& scratch) {
    std::size_t bytes = 0;
    for (const Value& one : texts) bytes += text(one).size() + between.size();
    std::string* out = scratch.text(bytes);
    if (out == nullptr) return {std::string_view{}, Fault::kGeneric};
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (i > 0) out->append(between);
        out->append(text(texts[i]));
    }
    return fine(std::string_view{*out});
}

Outcome concat(Arguments all, Scratch& scratch) {
    return joined({}, all, scratch);
}

Outcome concat_ws(Arguments all, Scratch& scratch) {
    return joined(text(all[0]), all.subspan(1), scratch);
}

/// A character in the other case may be longer: two bytes become three at most.
Outcome in_case(
    std::string_view from, void (*append)(std::string&, std::string_view), Scratch& scratch
) {
    std::string* out = scratch.text(from.size() * 2);
    if (out == nullptr) return {std::string_view{}, Fault::kGeneric};
    append(*out, from);
    return fine(std::string_view{*out});
}

Outcome lower(Arguments all, Scratch& scratch) {
    return in_case(text(all[0]), append_lower, scratch);
}

Outcome upper(Arguments all, Scratch& scratch) {
    return in_case(text(all[0]), append_upper, scratch);
}

Outcome trim(Arguments all, Scratch&) {
    return fine(trimmed(text(all[0])));
}

Outcome left(Arguments all, Scratch&) {
    const std::int64_t count = number(all[1]);
    if (count < 0) return {all[0], Fault::kFunctionEvaluation};
    const std::string_view whole = text(all[0]);
    return fine(whole.substr(0, bytes_of_chars(whole, static_cast<std::size_t>(count))));
}

Outcome right(Arguments all, Scratch&) {
    const std::int64_t count = number(all[1]);
    if (count < 0) return {all[0], Fault::kFunctionEvaluation};
    const std::string_view whole = text(all[0]);
    const std::size_t chars = char_count(whole);
    const std::size_t cut = chars - std::min(chars, static_cast<std::size_t>(count));
    return fine(whole.substr(bytes_of_chars(whole, cut)));
}

/// Places count from 1; negative ones from the end; 0 is the empty text.
Outcome substring(Arguments all, Scratch&) {
    const std::string_view whole = text(all[0]);
    const std::int64_t place = number(all[1]);
    const std::int64_t count =
        all.size() > 2 ? number(all[2]) : std::numeric_limits<std::int32_t>::max();
    const auto chars = static_cast<std::int64_t>(char_count(whole));
    if (place > chars || place < -chars || count < 0) {
        return {std::string_view{}, Fault::kFunctionEvaluation};
    }
    if (place == 0) return fine(std::string_view{});
    const auto before = static_cast<std::size_t>(place > 0 ? place - 1 : chars + place);
    const std::string_view rest = whole.substr(bytes_of_chars(whole, before));
    return fine(rest.substr(0, bytes_of_chars(rest, static_cast<std::size_t>(count))));
}

Outcome absolute(Arguments all, Scratch&) {
    const std::int64_t value = number(all[0]);
    constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
    if (-value > most) return {static_cast<std::int32_t>(most), Fault::kMath};
    return fine(static_cast<std::int32_t>(value < 0 ? -value : value));
}

template <Type To>
Outcome as(Arguments all, Scratch& scratch) {
    return cast(all[0], To, scratch);
}

constexpr Type kText = Type::kString;
constexpr Type kWhole = Type::kInteger;

constexpr std::array<Function, 13> kFunctions{{
    {"LENGTH", 1, 1, {kText}, false, kWhole, length},
    {"CONCAT", 0, Function::kAnyCount, {kText, kText, kText}, false, kText, concat},
    {"CONCAT_WS", 1, Function::kAnyCount, {kText, kText, kText}, false, kText, concat_ws},
    {"LOWER", 1, 1, {kText}, false, kText, lower},
    {"UPPER", 1, 1, {kText}, false, kText, upper},
    {"TRIM", 1, 1, {kText}, false, kText, trim},
    {"LEFT", 2, 2, {kText, kWhole}, false, kText, left},
    {"RIGHT", 2, 2, {kText, kWhole}, false, kText, right},
    {"SUBSTRING", 2, 3, {kText, kWhole, kWhole}, false, kText, substring},
    {"ABS", 1, 1, {kWhole}, false, kWhole, absolute},
    {"INT", 1, 1, {}, true, kWhole, as<Type::kInteger>},
    {"BOOL", 1, 1, {}, true, Type::kBoolean, as<Type::kBoolean>},
    {"STRING", 1, 1, {}, true, kText, as<Type::kString>},
}};

}  // namespace

const Function* find_function(std::string_view name, std::size_t arguments) {
    const auto* found =
        std::find_if(kFunctions.begin(), kFunctions.end(), [&](const Function& one) {
            return one.name == name && arguments >= one.least && arguments <= one.most;
        });
    return found == kFunctions.end() ? nullptr : found;
}

bool is_function(std::string_view name) {
    return std::any_of(kFunctions.begin(), kFunctions.end(), [&](const Function& one) {
        return one.name == name;
    });
}

std::span<const Function> functions() {
    return kFunctions;
}

}  // namespace sluice::project::cesql
