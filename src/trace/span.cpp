#include "trace/span.hpp"

#include <algorithm>

namespace sluice::trace {

namespace {

/// Not within a character of UTF-8.
std::string cut(std::string_view text) {
    std::size_t size = std::min(text.size(), Span::kTextBytesMax);
    const auto is_inside = [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U; };
    while (size < text.size() && size > 0 && is_inside(text[size])) --size;
    return std::string{text.substr(0, size)};
}

}  // namespace

void Span::set(std::string_view attribute, std::string_view text) {
    attributes.emplace_back(attribute, cut(text));
}

void Span::set(std::string_view attribute, std::int64_t number) {
    attributes.emplace_back(attribute, number);
}

void Span::set(std::string_view attribute, bool flag) {
    attributes.emplace_back(attribute, flag);
}

void Span::fail(std::string_view type, std::string_view message) {
    set("error.type", type);
    failure = message.empty() ? std::string{type} : cut(message);
}

void Span::end_at(Instant end) {
    took = std::max(end - start, Milliseconds{0});
}

}  // namespace sluice::trace
