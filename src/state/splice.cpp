#include "state/splice.hpp"

#include <algorithm>

namespace sluice::state {

Splice splice_between(std::string_view before, std::string_view after) {
    const std::size_t most = std::min(before.size(), after.size());
    Splice splice;
    while (splice.head < most && before[splice.head] == after[splice.head]) ++splice.head;
    while (splice.tail < most - splice.head &&
           before[before.size() - splice.tail - 1] == after[after.size() - splice.tail - 1]) {
        ++splice.tail;
    }
    splice.middle = after.substr(splice.head, after.size() - splice.head - splice.tail);
    return splice;
}

std::optional<std::string> spliced(std::string_view before, const Splice& splice) {
    if (splice.head > before.size() || splice.tail > before.size() - splice.head) {
        return std::nullopt;
    }
    std::string after;
    after.reserve(splice.head + splice.middle.size() + splice.tail);
    after += before.substr(0, splice.head);
    after += splice.middle;
    after += before.substr(before.size() - splice.tail);
    return after;
}

}  // namespace sluice::state
