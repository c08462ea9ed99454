#include "sequence/arrival.hpp"

#include "base/hash.hpp"

namespace sluice::sequence {

Mark mark_of(std::string_view type) {
    return hash64({type});
}

Mark mark_of(std::string_view type, std::string_view pointer, std::string_view value) {
    return hash64({type, pointer, value});
}

std::size_t Arrival::size_bytes() const {
    return record.size_bytes() + subject.size() + source.size() + id.size() + type.size() +
           invalid.size();
}

std::uint64_t id_hash(const Arrival& arrival) {
    return hash64({arrival.source, arrival.id});
}

}  // namespace sluice::sequence
