#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sluice::guide {

/// A text as Markdown that shows exactly it, in one line: safe within a table.
[[nodiscard]] std::string plain(std::string_view text);

/// As code; empty stays empty.
[[nodiscard]] std::string code(std::string_view text);

/// A block of code, fenced so that nothing in it ends it.
[[nodiscard]] std::string block(std::string_view language, std::string_view text);

/// Rows of cells that are Markdown already; without rows: nothing.
[[nodiscard]] std::string table(
    const std::vector<std::string_view>& head, const std::vector<std::vector<std::string>>& rows
);

/// A page of HTML: GitHub's Markdown, with raw HTML in it left out (cmark-gfm). `root` leads from
/// the page to the site's folder ("../").
[[nodiscard]] std::string html_page(
    std::string_view title,
    std::string_view language,
    std::string_view root,
    std::string_view markdown
);

/// Text within HTML or SVG.
[[nodiscard]] std::string html_text(std::string_view text);

}  // namespace sluice::guide
