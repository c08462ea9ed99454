#include "event/record.hpp"

namespace sluice {

std::optional<std::string_view> Record::header(std::string_view name) const {
    for (auto at = headers.rbegin(); at != headers.rend(); ++at) {
        if (at->name == name) return std::string_view{at->value};
    }
    return std::nullopt;
}

std::size_t Record::size_bytes() const {
    std::size_t size = key.has_value() ? key->size() : 0;
    if (value.has_value()) size += value->size();
    for (const Header& header : headers) size += header.name.size() + header.value.size();
    return size;
}

}  // namespace sluice
