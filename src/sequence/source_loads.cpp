#include "sequence/source_loads.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <utility>

namespace sluice::sequence {

namespace {

bool is_before(const SourceLoad& one, std::string_view source) {
    return one.source < source;
}

}  // namespace

/// Where the source stands, or would.
std::vector<SourceLoad>::iterator SourceLoads::place_of(std::string_view source) {
    return std::lower_bound(loads_.begin(), loads_.end(), source, is_before);
}

bool SourceLoads::has(std::string_view source) const {
    const auto at = std::lower_bound(loads_.begin(), loads_.end(), source, is_before);
    return at != loads_.end() && at->source == source;
}

void SourceLoads::add(std::string_view source, std::size_t bytes) {
    auto at = place_of(source);
    if (at == loads_.end() || at->source != source) {
        at = loads_.insert(at, SourceLoad{std::string{source}, 0, 0});
    }
    ++at->events;
    at->bytes += bytes;
    ++events_;
    bytes_ += bytes;
}

void SourceLoads::remove(std::string_view source, std::size_t bytes) {
    const auto at = place_of(source);
    SLUICE_ASSERT(at != loads_.end() && at->source == source && at->bytes >= bytes);
    at->bytes -= bytes;
    if (--at->events == 0) loads_.erase(at);
    --events_;
    bytes_ -= bytes;
}

bool SourceLoads::add(SourceLoad load) {
    if (load.events == 0 || has(load.source)) return false;
    events_ += load.events;
    bytes_ += load.bytes;
    const auto at = place_of(load.source);
    loads_.insert(at, std::move(load));
    return true;
}

}  // namespace sluice::sequence
