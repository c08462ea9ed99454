#include "project/cesql_value.hpp"

#include "base/assert.hpp"
#include "base/match.hpp"
#include "event/text.hpp"

#include <fmt/format.h>

#include <charconv>
#include <system_error>

namespace sluice::project::cesql {

namespace {

bool is_word(std::string_view text, std::string_view lower) {
    return text.size() == lower.size() && event::starts_with_ignoring_case(text, lower);
}

Outcome integer_of(std::string_view text) {
    std::string_view digits = text;
    if (digits.size() > 1 && digits[0] == '+' && digits[1] != '-') digits.remove_prefix(1);
    std::int32_t number = 0;
    const char* end = digits.data() + digits.size();
    const auto [stop, failure] = std::from_chars(digits.data(), end, number);
    if (failure != std::errc{} || stop != end) return {std::int32_t{0}, Fault::kCast};
    return {number, Fault::kNone};
}

Outcome boolean_of(std::string_view text) {
    if (is_word(text, "true")) return {true, Fault::kNone};
    if (is_word(text, "false")) return {false, Fault::kNone};
    return {false, Fault::kCast};
}

Outcome text_of(std::int32_t number, Scratch& scratch) {
    const fmt::format_int digits{number};
    std::string* text = scratch.text(digits.size());
    if (text == nullptr) return {std::string_view{}, Fault::kGeneric};
    text->assign(digits.data(), digits.size());
    return {std::string_view{*text}, Fault::kNone};
}

}  // namespace

Type type_of(const Value& value) {
    return static_cast<Type>(value.index());
}

Value zero_of(Type type) {
    switch (type) {
        case Type::kString: return std::string_view{};
        case Type::kInteger: return std::int32_t{0};
        case Type::kBoolean: return false;
    }
    SLUICE_UNREACHABLE();
}

std::string_view to_string(Type type) {
    switch (type) {
        case Type::kString: return "String";
        case Type::kInteger: return "Integer";
        case Type::kBoolean: return "Boolean";
    }
    SLUICE_UNREACHABLE();
}

std::string_view to_string(Fault fault) {
    switch (fault) {
        case Fault::kNone: return "no error";
        case Fault::kMath: return "a division by zero, or a number beyond 32 bits";
        case Fault::kCast: return "a value is not what its operator takes";
        case Fault::kMissingAttribute: return "an attribute is missing";
        case Fault::kMissingFunction: return "there is no such function";
        case Fault::kFunctionEvaluation: return "an argument is out of range";
        case Fault::kGeneric: return "the texts it makes are too large";
    }
    SLUICE_UNREACHABLE();
}

void Scratch::clear() {
    used_ = 0;
    bytes_ = 0;
}

std::string* Scratch::text(std::size_t bytes) {
    if (bytes > kBytesMax - bytes_) return nullptr;
    bytes_ += bytes;
    if (used_ == texts_.size()) texts_.emplace_back();
    std::string& text = texts_[used_++];
    text.clear();
    return &text;
}

Outcome cast(const Value& value, Type type, Scratch& scratch) {
    if (type_of(value) == type) return {value, Fault::kNone};
    const auto number = [](std::int32_t whole) { return Outcome{whole, Fault::kNone}; };
    switch (type) {
        case Type::kString:
            if (const auto* whole = std::get_if<std::int32_t>(&value)) {
                return text_of(*whole, scratch);
            }
            return {std::get<bool>(value) ? std::string_view{"true"} : "false", Fault::kNone};
        case Type::kInteger:
            if (const auto* truth = std::get_if<bool>(&value)) return number(*truth ? 1 : 0);
            return integer_of(std::get<std::string_view>(value));
        case Type::kBoolean:
            if (const auto* whole = std::get_if<std::int32_t>(&value)) {
                return {*whole != 0, Fault::kNone};
            }
            return boolean_of(std::get<std::string_view>(value));
    }
    SLUICE_UNREACHABLE();
}

}  // namespace sluice::project::cesql
