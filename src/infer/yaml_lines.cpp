#include "infer/yaml_lines.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::infer {

namespace {

using Json = nlohmann::json;

bool is_plain(std::string_view text) {
    static constexpr std::string_view kSafe =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/";
    static constexpr std::string_view kReserved[] = {
        "true", "false", "null", "yes", "no", "on", "off", "y", "n"};
    if (text.empty() || text.find_first_not_of(kSafe) != std::string_view::npos) return false;
    const char first = text.front();
    const bool letter =
        (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z') || first == '/';
    std::string lower{text};
    std::transform(lower.begin(), lower.end(), lower.begin(), [](char one) {
        return one >= 'A' && one <= 'Z' ? static_cast<char>(one - 'A' + 'a') : one;
    });
    return letter &&
           std::find(std::begin(kReserved), std::end(kReserved), lower) == std::end(kReserved);
}

std::string scalar(const Json& value) {
    return value.is_string() ? yaml_scalar(value.get<std::string>()) : value.dump();
}

bool is_leaf(const Json& value) {
    return !value.is_structured() || value.empty();
}

/// `[a, b]` of scalars.
std::string flow_list(const Json& list) {
    std::string out;
    for (const Json& one : list) out += (out.empty() ? "" : ", ") + scalar(one);
    return fmt::format("[{}]", out);
}

void write(const Json& value, std::size_t spaces, std::string& out) {
    const std::string indent(spaces, ' ');
    const auto below = [&](const Json& one, const std::string& head) {
        const bool flat =
            one.is_array() &&
            std::all_of(one.begin(), one.end(), [](const Json& item) { return is_leaf(item); });
        if (is_leaf(one)) {
            out += fmt::format("{}{} {}\n", indent, head, scalar(one));
        } else if (flat) {
            out += fmt::format("{}{} {}\n", indent, head, flow_list(one));
        } else {
            out += fmt::format("{}{}\n", indent, head);
            write(one, spaces + 2, out);
        }
    };
    if (value.is_object() && !value.empty()) {
        for (const auto& [name, one] : value.items()) below(one, yaml_scalar(name) + ":");
    } else if (value.is_array() && !value.empty()) {
        for (const Json& one : value) below(one, "-");
    } else {
        out += fmt::format("{}{}\n", indent, scalar(value));
    }
}

}  // namespace

std::string yaml_scalar(std::string_view text) {
    return is_plain(text) ? std::string{text} : Json(text).dump();
}

std::string flow_pair(std::string_view pair) {
    const std::size_t colon = pair.find(": ");
    return fmt::format("{}: {}", pair.substr(0, colon), yaml_scalar(pair.substr(colon + 2)));
}

std::string yaml_lines(const Json& value, std::size_t spaces) {
    std::string out;
    write(value, spaces, out);
    return out;
}

}  // namespace sluice::infer
