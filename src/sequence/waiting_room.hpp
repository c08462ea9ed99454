#pragma once

#include <sluice/time.hpp>

#include "base/assert.hpp"
#include "base/boxed.hpp"
#include "base/ids.hpp"
#include "sequence/arrival.hpp"
#include "sequence/source_loads.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace sluice::sequence {

/// Place among the subject's arrivals: ties between events that may go are broken by it.
using ArrivalOrder = std::uint64_t;

struct WaitingEvent {
    Arrival arrival;
    Instant since;
    ArrivalOrder order{};

    bool operator==(const WaitingEvent&) const = default;
};

/// The events of one subject that wait, in the order of their arrival, and indexes over them, so
/// that a release finds what it unblocks without looking at the rest. A value; the indexes follow
/// from the events and are neither compared nor stored. Empty, which it nearly always is, it is two
/// pointers.
///
/// A room may be *unread*: its events lie in the store, and only their sums are known. Such a room
/// answers empty(), size(), bytes(), loads() and has_bound(), and takes what joins it; to ask it
/// for an event ends the process.
/// Threads: as its subject.   Limits: none of its own; the sequencer asks size() and bytes().
class WaitingRoom {
    struct ByOrder {
        using is_transparent = void;

        bool operator()(const WaitingEvent& a, const WaitingEvent& b) const {
            return a.order < b.order;
        }

        bool operator()(const WaitingEvent& a, ArrivalOrder b) const { return a.order < b; }

        bool operator()(ArrivalOrder a, const WaitingEvent& b) const { return a < b.order; }
    };

    using Events = std::set<WaitingEvent, ByOrder>;

public:
    using Orders = std::vector<ArrivalOrder>;

    /// Of an event that was taken: what it was known by.
    struct Gone {
        ArrivalOrder order{};
        std::uint64_t id_hash{};
        std::string source;
        std::optional<SourceNumber> number;
    };

    /// For whoever stores events one by one. Pointers live until the event is taken or forgotten.
    struct Changes {
        std::vector<const WaitingEvent*> came;  ///< in the order of their arrival
        std::vector<Gone> gone;                 ///< some of them may never have been stored
    };

    /// Unnumbered events of one channel partition.
    struct Lane {
        std::set<ArrivalOrder> all;
        std::set<ArrivalOrder> bound;  ///< those that the channel's order holds back
    };

    using Lanes = std::map<std::pair<std::string, PartitionId>, Lane>;

    [[nodiscard]] bool empty() const { return size() == 0; }

    [[nodiscard]] std::size_t size() const { return loads().events(); }

    [[nodiscard]] std::size_t bytes() const { return loads().bytes(); }

    [[nodiscard]] const SourceLoads& loads() const {
        return unread_ ? unread_->loads : content().loads;
    }

    /// Does an event wait that its channel's order holds back?
    [[nodiscard]] bool has_bound() const {
        return unread_ ? unread_->has_bound : content().bound > 0;
    }

    [[nodiscard]] Events::const_iterator begin() const { return content().events.begin(); }

    [[nodiscard]] Events::const_iterator end() const { return content().events.end(); }

    bool operator==(const WaitingRoom& other) const {
        return unread_ == other.unread_ && all().events == other.all().events;
    }

    /// What came or went since the last call; what came and went is gone.
    [[nodiscard]] Changes take_changes();

    // Unread.

    /// So many events lie elsewhere; at least one.
    [[nodiscard]] static WaitingRoom unread(SourceLoads loads, bool has_bound);

    [[nodiscard]] bool is_read() const { return !unread_; }

    /// To an unread room. It is no duplicate of what lies elsewhere: whoever adds has made sure.
    void join(WaitingEvent event);

    /// What has joined since the room was last read or has forgotten.
    [[nodiscard]] const std::vector<WaitingEvent>& joined() const;

    /// Those that have joined lie elsewhere as well now. Nothing to do for a room that is read.
    void forget_joined();

    /// The events that lie elsewhere, in any order. False: they are not those that the sums are of,
    /// or contradict one another; then the room is of no use any more.
    [[nodiscard]] bool read(std::vector<WaitingEvent> events);

    // Read.

    /// Neither its order, nor its id, nor its number is taken. Whoever adds has made sure.
    [[nodiscard]] bool accepts(const WaitingEvent& event) const;
    void add(WaitingEvent event);
    [[nodiscard]] WaitingEvent take(ArrivalOrder order);

    // Nothing found: nullptr or empty. Pointers live until the event is taken.
    [[nodiscard]] const WaitingEvent* find(ArrivalOrder order) const;
    [[nodiscard]] const WaitingEvent* numbered(const std::string& source, SourceNumber number)
        const;
    [[nodiscard]] const WaitingEvent* with_id(std::uint64_t id_hash) const;

    /// The source's highest waiting number not above `number`; its lowest above it.
    [[nodiscard]] const WaitingEvent* at_or_below(const std::string& source, SourceNumber number)
        const;
    [[nodiscard]] const WaitingEvent* above(const std::string& source, SourceNumber number) const;

    /// Who asks for a number from..to of the source, by stamp or as its own predecessor.
    [[nodiscard]] Orders wanting(const std::string& source, SourceNumber from, SourceNumber to)
        const;
    [[nodiscard]] Orders wanting(Mark mark) const;

    /// Does anyone ask for this number of the source, or for one above it?
    [[nodiscard]] bool is_wanted(const std::string& source, SourceNumber from) const;

    /// Does an event other than `except` carry the mark?
    [[nodiscard]] bool carried(Mark mark, ArrivalOrder except) const;

    [[nodiscard]] const Lane* lane(const Origin& origin) const;

    [[nodiscard]] const Lanes& lanes() const { return content().lanes; }

    /// Marks that a waiting event wants and that an event carries which its channel's order holds
    /// back: where the two orders may contradict each other (dependencies.hpp).
    [[nodiscard]] const std::set<Mark>& contested() const { return content().contested; }

private:
    using NumberKey = std::pair<std::string, SourceNumber>;
    using MarkIndex = std::set<std::pair<Mark, ArrivalOrder>>;

    struct Content {
        Events events;
        SourceLoads loads;
        std::size_t bound{0};  ///< events that their channel's order holds back
        std::map<NumberKey, ArrivalOrder> by_number;
        std::unordered_map<std::uint64_t, ArrivalOrder> by_id;
        std::set<std::pair<NumberKey, ArrivalOrder>> wanted_numbers;
        MarkIndex wanted_marks;
        MarkIndex carried_marks;
        MarkIndex bound_marks;  ///< of carried_marks, those of events bound by their channel
        Lanes lanes;
        std::set<Mark> contested;
        Orders added;  ///< since the last take_changes, likewise below
        std::vector<Gone> gone;

        void index(const WaitingEvent& event);
        void unindex(const WaitingEvent& event);
        void index_needs(const WaitingEvent& event);
        void unindex_needs(const WaitingEvent& event);
        void update_contested(Mark mark);
    };

    struct Unread {
        SourceLoads loads;  ///< with those that have joined
        bool has_bound{false};
        std::vector<WaitingEvent> joined;
        std::size_t told{0};  ///< of them

        bool operator==(const Unread& other) const {
            return loads == other.loads && has_bound == other.has_bound && joined == other.joined;
        }
    };

    [[nodiscard]] static const Content& nothing();

    [[nodiscard]] const Content& all() const { return content_ ? *content_ : nothing(); }

    [[nodiscard]] const Content& content() const {
        SLUICE_ASSERT(is_read());
        return all();
    }

    Boxed<Content> content_;  ///< nothing while it is empty
    Boxed<Unread> unread_;    ///< then there is no content
};

}  // namespace sluice::sequence
