#include "event/record.hpp"

namespace sluice {

std::optional<std::string_view> Record::header(std::string_view name) const {
    std::optional<std::string_view> last;
    for (const Header& header : headers) {
        if (header.name == name) last = header.value;
    }
    return last;
}

std::size_t Record::size_bytes() const {
    const std::size_t key_bytes = key ? key->size() : 0;
    const std::size_t value_bytes = value ? value->size() : 0;
    return key_bytes + value_bytes + headers.text_bytes();
}

}  // namespace sluice
