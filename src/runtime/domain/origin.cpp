#include "runtime/domain/origin.hpp"

#include <fmt/format.h>

#include <charconv>
#include <utility>

namespace sluice::runtime {

namespace {

template <class Number>
bool take_number(std::string_view& text, Number& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return error == std::errc{};
}

}  // namespace

Record with_origin(Record record, const sequence::Origin& origin) {
    record.headers.push_back(
        {kOriginHeader,
         fmt::format("{} {} {}", origin.channel, origin.partition.value, origin.offset.value)}
    );
    return record;
}

Result<sequence::Origin> take_origin(Record& record) {
    const Error damaged{
        ErrorCode::kCorrupt,
        "no header `sluice-origin` at the end; only Sluice may write this topic"};
    if (record.headers.empty() || record.headers.back().name != kOriginHeader) return damaged;
    const std::string text{record.headers.back().value};
    record.headers.pop_back();
    std::string_view rest = text;
    const std::size_t blank = rest.find(' ');
    if (blank == 0 || blank == std::string_view::npos) return damaged;
    sequence::Origin origin;
    origin.channel = rest.substr(0, blank);
    rest.remove_prefix(blank + 1);
    if (!take_number(rest, origin.partition.value) || !rest.starts_with(' ')) return damaged;
    rest.remove_prefix(1);
    if (!take_number(rest, origin.offset.value) || !rest.empty()) return damaged;
    return origin;
}

std::string to_text(const sequence::Origin& origin) {
    return fmt::format("{}/{} at {}", origin.channel, origin.partition.value, origin.offset.value);
}

}  // namespace sluice::runtime
