#include "event/view.hpp"

#include <sluice/event.hpp>

#include "event/kafka.hpp"
#include "event/text.hpp"

namespace sluice::event {

void EventView::take(std::string_view name, std::string_view value) noexcept {
    if (name == "id") {
        id_ = value;
    } else if (name == "source") {
        source_ = value;
    } else if (name == "type") {
        type_ = value;
    } else if (name == "subject") {
        subject_ = value;
    } else if (name == extension::kSourceSequence) {
        source_sequence_ = value;
    } else if (name == extension::kDependsOn) {
        depends_on_ = value;
    } else if (name == extension::kSubjectPosition) {
        position_ = value;
    } else if (name == extension::kSubjectInvalid) {
        invalid_ = value;
    }
}

std::optional<EventView> EventView::of(const Record& record) noexcept {
    EventView view{record};
    bool has_attributes = false;
    std::string_view content_type;
    for (const Header& header : record.headers) {
        if (header.name == kContentType) content_type = header.value;
        if (!starts_with_ignoring_case(header.name, kHeaderPrefix)) continue;
        has_attributes = true;
        if (!header.name.starts_with(kHeaderPrefix)) continue;
        view.take(header.name.substr(kHeaderPrefix.size()), header.value);
    }
    if (!has_attributes || is_structured(content_type)) return std::nullopt;
    return view;
}

std::optional<std::string_view> EventView::extension(std::string_view name) const noexcept {
    if (name == extension::kSourceSequence) return source_sequence_;
    if (name == extension::kDependsOn) return depends_on_;
    if (name == extension::kSubjectPosition) return position_;
    if (name == extension::kSubjectInvalid) return invalid_;
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
