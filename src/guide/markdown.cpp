#include "guide/markdown.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>

namespace sluice::guide {

std::string plain(std::string_view text) {
    static constexpr std::string_view kAnywhere = "\\`*_[]<>|&";
    static constexpr std::string_view kAtTheStart = "#+-=~";
    text.remove_prefix(std::min(text.find_first_not_of(" \n\r\t"), text.size()));
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char letter = text[at];
        if (letter == '\n' || letter == '\r' || letter == '\t') {
            out += ' ';
            continue;
        }
        const bool starts = at == 0 && kAtTheStart.find(letter) != std::string_view::npos;
        const bool numbers =
            at == digits && at > 0 && (letter == '.' || letter == ')');  // "1. …" is a list
        if (starts || numbers || kAnywhere.find(letter) != std::string_view::npos) out += '\\';
        out += letter;
    }
    return out;
}

std::string code(std::string_view text) {
    if (text.empty()) return {};
    std::string shown;
    for (const char letter : text) {
        if (letter == '|') shown += '\\';  // else it ends a cell, even within code
        shown += letter == '\n' || letter == '\r' ? ' ' : letter;
    }
    std::size_t longest = 0;
    std::size_t run = 0;
    for (const char letter : shown) {
        run = letter == '`' ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    const std::string fence(longest + 1, '`');
    const std::string_view space = longest > 0 ? " " : "";
    return fmt::format("{0}{1}{2}{1}{0}", fence, space, shown);
}

std::string block(std::string_view language, std::string_view text) {
    std::string fence = "```";
    while (text.find(fence) != std::string_view::npos) fence += '`';
    const std::string_view end = text.empty() || text.back() == '\n' ? "" : "\n";
    return fmt::format("{0}{1}\n{2}{3}{0}\n\n", fence, language, text, end);
}

std::string table(
    const std::vector<std::string_view>& head, const std::vector<std::vector<std::string>>& rows
) {
    if (rows.empty()) return {};
    std::string out = fmt::format("| {} |\n|", fmt::join(head, " | "));
    for (std::size_t i = 0; i < head.size(); ++i) out += " --- |";
    out += '\n';
    for (const auto& row : rows) out += fmt::format("| {} |\n", fmt::join(row, " | "));
    return out + '\n';
}

std::string html_text(std::string_view text) {
    std::string out;
    for (const char letter : text) {
        switch (letter) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            default: out += letter;
        }
    }
    return out;
}

}  // namespace sluice::guide
