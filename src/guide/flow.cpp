#include "guide/flow.hpp"

#include "guide/markdown.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace sluice::guide {

namespace {

constexpr std::size_t kShownMax = 40;
constexpr int kBox = 230;  // of a side, in pixels
constexpr int kLine = 34;  // from a name to the next
constexpr int kWidth = 3 * kBox + 2 * 90;
constexpr int kMiddle = kBox + 90;
constexpr int kRight = 2 * kBox + 180;

std::vector<std::string> shown(std::vector<std::string> names) {
    if (names.size() <= kShownMax) return names;
    const std::size_t more = names.size() - kShownMax;
    names.resize(kShownMax);
    names.push_back(fmt::format("+ {}", more));
    return names;
}

std::string box(int x, int y, std::string_view text) {
    const std::string cut =
        text.size() > 60 ? fmt::format("{}…", text.substr(0, 28)) : std::string{text};
    return fmt::format(
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"24\" rx=\"4\"/>"
        "<text x=\"{}\" y=\"{}\">{}</text>\n",
        x,
        y,
        kBox,
        x + kBox / 2,
        y + 16,
        html_text(cut)
    );
}

std::string line(int from_x, int from_y, int to_x, int to_y) {
    return fmt::format(
        "<path d=\"M{} {} C{} {} {} {} {} {}\"/>\n",
        from_x,
        from_y,
        from_x + 45,
        from_y,
        to_x - 45,
        to_y,
        to_x,
        to_y
    );
}

}  // namespace

std::string flow_picture(
    const contract::Contract& contract, std::span<const Subscriber> subscribers
) {
    std::vector<std::string> topics;
    for (const contract::Channel& one : contract.channels) topics.push_back(one.topic);
    std::vector<std::string> names;
    for (const Subscriber& one : subscribers) names.push_back(one.name);
    topics = shown(std::move(topics));
    names = shown(std::move(names));
    const int height =
        kLine * static_cast<int>(std::max({topics.size(), names.size(), std::size_t{1}})) + 20;
    const int middle_y = height / 2 - 12;
    const auto y_of = [&](std::size_t at, std::size_t all) {
        return height / 2 - kLine * static_cast<int>(all) / 2 + kLine * static_cast<int>(at) + 5;
    };
    std::string out = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" "
        "height=\"{1}\">\n"
        "<style>rect{{fill:#f4f6f8;stroke:#5b7083}}path{{fill:none;stroke:#5b7083}}"
        "text{{font:13px sans-serif;text-anchor:middle;fill:#1c2833}}</style>\n",
        kWidth,
        height
    );
    for (std::size_t i = 0; i < topics.size(); ++i) {
        const int y = y_of(i, topics.size());
        out += line(kBox, y + 12, kMiddle, middle_y + 12) + box(0, y, topics[i]);
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
        const int y = y_of(i, names.size());
        out += line(kMiddle + kBox, middle_y + 12, kRight, y + 12) + box(kRight, y, names[i]);
    }
    return out + box(kMiddle, middle_y, fmt::format("sluice: {}.ordered", contract.domain)) +
           "</svg>\n";
}

}  // namespace sluice::guide
