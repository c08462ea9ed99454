#include "commerce/orderstate/text.hpp"

#include <array>
#include <charconv>

namespace sluice::commerce {

void TextWriter::digits(std::int64_t value) {
    std::array<char, 20> buffer{};
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    out_.append(buffer.data(), end);
}

void TextWriter::number(std::int64_t value) {
    digits(value);
    out_ += ' ';
}

void TextWriter::text(std::string_view value) {
    digits(static_cast<std::int64_t>(value.size()));
    out_ += ':';
    out_ += value;
    out_ += ' ';
}

std::int64_t TextReader::digits(char stop) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    const auto size = static_cast<std::size_t>(end - rest_.data());
    ok_ = ok_ && error == std::errc{} && size < rest_.size() && rest_[size] == stop;
    if (!ok_) return 0;
    rest_.remove_prefix(size + 1);
    return value;
}

std::int64_t TextReader::number() {
    return digits(' ');
}

std::size_t TextReader::count() {
    const std::int64_t value = digits(' ');
    ok_ = ok_ && value >= 0 && static_cast<std::size_t>(value) <= rest_.size();
    return ok_ ? static_cast<std::size_t>(value) : 0;
}

std::string_view TextReader::text() {
    const std::int64_t value = digits(':');
    const auto size = static_cast<std::size_t>(value);
    ok_ = ok_ && value >= 0 && size < rest_.size() && rest_[size] == ' ';
    if (!ok_) return {};
    const std::string_view text = rest_.substr(0, size);
    rest_.remove_prefix(size + 1);
    return text;
}

}  // namespace sluice::commerce
