#include "commerce/dataset/local_time.hpp"

namespace sluice::commerce {

namespace {

constexpr std::int64_t kBehindUtcSeconds = std::int64_t{3} * 3'600;

}  // namespace

std::optional<UtcTime> parse_local(std::string_view text) {
    if (text.size() != 19 || text[10] != ' ') return std::nullopt;
    std::string iso{text};
    iso[10] = 'T';
    iso += 'Z';
    const auto time = parse_time(iso);
    if (!time) return std::nullopt;
    return UtcTime{time.value().seconds + kBehindUtcSeconds};
}

std::string to_local_text(UtcTime time) {
    std::string text = to_text(UtcTime{time.seconds - kBehindUtcSeconds});
    text[10] = ' ';
    text.pop_back();
    return text;
}

}  // namespace sluice::commerce
