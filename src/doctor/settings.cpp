#include "doctor/settings.hpp"

#include <charconv>
#include <system_error>

namespace sluice::doctor {

std::optional<std::string> setting(const log::kafka::Settings& settings, std::string_view name) {
    const auto found = settings.find(std::string{name});
    return found == settings.end() ? std::nullopt : std::optional{found->second};
}

std::optional<std::int64_t> number(const log::kafka::Settings& settings, std::string_view name) {
    const auto text = setting(settings, name);
    if (!text) return std::nullopt;
    std::int64_t value = 0;
    const char* end = text->data() + text->size();
    const auto [at, error] = std::from_chars(text->data(), end, value);
    return error == std::errc{} && at == end ? std::optional{value} : std::nullopt;
}

}  // namespace sluice::doctor
