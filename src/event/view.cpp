#include "event/view.hpp"

#include "event/kafka.hpp"

namespace sluice::event {

std::optional<EventView> EventView::of(const Record& record) noexcept {
    if (mode_of(record) != ContentMode::kBinary) return std::nullopt;
    EventView view{record};
    for (const Header& header : record.headers) {
        if (!header.name.starts_with(kHeaderPrefix)) continue;
        const std::string_view name = header.name.substr(kHeaderPrefix.size());
        if (name == "id") view.id_ = header.value;
        if (name == "source") view.source_ = header.value;
        if (name == "type") view.type_ = header.value;
        if (name == "subject") view.subject_ = header.value;
    }
    return view;
}

std::optional<std::string_view> EventView::extension(std::string_view name) const noexcept {
    std::optional<std::string_view> last;
    for (const Header& header : record_->headers) {
        if (!header.name.starts_with(kHeaderPrefix)) continue;
        if (header.name.substr(kHeaderPrefix.size()) == name) last = header.value;
    }
    return last;
}

std::optional<std::string_view> EventView::data() const noexcept {
    if (!record_->value.has_value()) return std::nullopt;
    return std::string_view{*record_->value};
}

}  // namespace sluice::event
