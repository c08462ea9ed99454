#include "base/assert.hpp"
#include "sequence/sequencer.hpp"

#include <algorithm>

namespace sluice::sequence {

Tombstone Sequencer::entomb(const Subject& subject) {
    SLUICE_ASSERT(subject.history.closed && subject.settled());
    Tombstone tombstone;
    tombstone.last = subject.history.last;
    for (const SourceHistory& source : subject.history.sources) {
        const bool named = !source.source.empty();
        tombstone.sources.push_back(
            {named ? source_hash(source.source) : source.hash_if_unnamed,
             source.released,
             source.skipped}
        );
    }
    tombstone.closed_day = day_of(subject.history.closed_at);
    return tombstone;
}

Subject Sequencer::reopen(const Tombstone& tombstone, std::string_view from) {
    Subject subject;
    subject.history.last = tombstone.last;
    subject.history.closed = true;
    subject.history.closed_at = Instant{tombstone.closed_day * kDayMs};
    for (const auto& [hash, released, skipped] : tombstone.sources) {
        SourceHistory source;
        source.released = released;
        source.skipped = skipped;
        if (hash == source_hash(from)) {
            source.source = from;
        } else {
            source.hash_if_unnamed = hash;
        }
        subject.history.sources.push_back(std::move(source));
    }
    return subject;
}

}  // namespace sluice::sequence
