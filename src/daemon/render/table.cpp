#include "daemon/render/table.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <utility>

namespace sluice::daemon {

namespace {

/// Characters, not bytes (UTF-8).
std::size_t width_of(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char letter) {
        constexpr unsigned kTopBits = 0xC0;
        constexpr unsigned kContinuation = 0x80;
        return (static_cast<unsigned char>(letter) & kTopBits) != kContinuation;
    }));
}

}  // namespace

std::string printable(std::string_view text) {
    constexpr unsigned char kFirstPrintable = 0x20;
    constexpr unsigned char kDelete = 0x7F;
    std::string clean{text};
    for (char& letter : clean) {
        const auto byte = static_cast<unsigned char>(letter);
        if (byte < kFirstPrintable || byte == kDelete) letter = '?';
    }
    return clean;
}

Table::Table(std::vector<std::string> heads) : widths_(heads.size()) {
    for (std::string& head : heads) {
        right_.push_back(head.starts_with('>'));
        if (right_.back()) head.erase(0, 1);
    }
    add(std::move(heads));
}

void Table::add(std::vector<std::string> cells) {
    SLUICE_ASSERT(cells.size() == widths_.size());
    for (std::size_t at = 0; at < cells.size(); ++at) {
        cells[at] = printable(cells[at]);
        widths_[at] = std::max(widths_[at], width_of(cells[at]));
    }
    rows_.push_back(std::move(cells));
}

std::string Table::text() const {
    return text_from(0);
}

std::string Table::text_without_heads() const {
    return text_from(1);
}

void Table::widen(const Table& other) {
    SLUICE_ASSERT(widths_.size() == other.widths_.size());
    for (std::size_t at = 0; at < widths_.size(); ++at) {
        widths_[at] = std::max(widths_[at], other.widths_[at]);
    }
}

std::string Table::text_from(std::size_t first) const {
    std::string text;
    for (std::size_t row = first; row < rows_.size(); ++row) {
        for (std::size_t at = 0; at < widths_.size(); ++at) {
            const std::string& cell = rows_[row][at];
            const std::string blanks(widths_[at] - width_of(cell), ' ');
            if (at > 0) text += "  ";
            text += right_[at] ? blanks + cell : cell + blanks;
        }
        text.erase(text.find_last_not_of(' ') + 1);
        text += '\n';
    }
    return text;
}

}  // namespace sluice::daemon
