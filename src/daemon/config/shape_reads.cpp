#include "daemon/config/shape_reads.hpp"

#include <algorithm>
#include <utility>

namespace sluice::daemon {

using project::FieldPath;

bool lies_within(const FieldPath& path, const FieldPath& field) {
    const auto& inner = path.tokens();
    const auto& outer = field.tokens();
    if (inner.size() < outer.size()) return false;
    return std::equal(outer.begin(), outer.end(), inner.begin(), [](const auto& a, const auto& b) {
        return a == b || a == "*" || b == "*";
    });
}

std::vector<FieldPath> fields_of(const project::Filter& filter) {
    std::vector<FieldPath> paths;
    for (const std::string& text : filter.fields()) {
        if (auto path = FieldPath::parse(text)) paths.push_back(std::move(path).value());
    }
    return paths;
}

bool reads(const ShapeConfig& shape, std::string_view path) {
    if (shape.keep.empty()) return true;
    const auto place = FieldPath::parse(path);
    if (!place) return true;
    std::vector<FieldPath> asked = shape.keep;
    if (shape.filter != nullptr) {
        for (FieldPath& field : fields_of(*shape.filter)) asked.push_back(std::move(field));
    }
    return std::any_of(asked.begin(), asked.end(), [&](const FieldPath& one) {
        return lies_within(one, place.value()) || lies_within(place.value(), one);
    });
}

}  // namespace sluice::daemon
