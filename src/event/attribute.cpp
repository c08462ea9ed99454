#include "event/attribute.hpp"

#include <algorithm>
#include <array>

namespace sluice::event {

namespace {

constexpr std::array<std::string_view, 10> kCoreNames{
    "id",
    "source",
    "specversion",
    "type",
    "subject",
    "time",
    "datacontenttype",
    "dataschema",
    "data",
    "data_base64"};

}  // namespace

bool is_core_name(std::string_view name) noexcept {
    return std::find(kCoreNames.begin(), kCoreNames.end(), name) != kCoreNames.end();
}

std::string* core_attribute(Event& event, std::string_view name) {
    if (name == "id") return &event.id;
    if (name == "source") return &event.source;
    if (name == "type") return &event.type;
    if (name == "subject") return &event.subject;
    if (name == "time") return &event.time.emplace();
    if (name == "datacontenttype") return &event.datacontenttype.emplace();
    if (name == "dataschema") return &event.dataschema.emplace();
    return nullptr;
}

}  // namespace sluice::event
