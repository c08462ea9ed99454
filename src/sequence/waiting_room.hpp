#pragma once

#include <sluice/time.hpp>

#include "base/ids.hpp"
#include "sequence/arrival.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
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

/// How much of one source waits.
struct SourceLoad {
    std::string source;
    std::size_t events{};
    std::size_t bytes{};

    bool operator==(const SourceLoad&) const = default;
};

/// The events of one subject that wait, in the order of their arrival, and indexes over them, so
/// that a release finds what it unblocks without looking at the rest. A value; the indexes follow
/// from the events and are neither compared nor stored. Threads: as its subject.   Limits: none of
/// its own; the sequencer asks size() and bytes().
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

    /// Unnumbered events of one channel partition.
    struct Lane {
        std::set<ArrivalOrder> all;
        std::set<ArrivalOrder> bound;  ///< those that the channel's order holds back
    };

    using Lanes = std::map<std::pair<std::string, PartitionId>, Lane>;

    [[nodiscard]] bool empty() const { return events_.empty(); }

    [[nodiscard]] std::size_t size() const { return events_.size(); }

    [[nodiscard]] std::size_t bytes() const { return bytes_; }

    /// By source, those of which something waits.
    [[nodiscard]] const std::vector<SourceLoad>& loads() const { return loads_; }

    [[nodiscard]] Events::const_iterator begin() const { return events_.begin(); }

    [[nodiscard]] Events::const_iterator end() const { return events_.end(); }

    bool operator==(const WaitingRoom& other) const { return events_ == other.events_; }

    /// Neither its order nor its number is taken. Whoever adds has made sure.
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

    [[nodiscard]] const Lanes& lanes() const { return lanes_; }

    /// Marks that a waiting event wants and that an event carries which its channel's order holds
    /// back: where the two orders may contradict each other (dependencies.hpp).
    [[nodiscard]] const std::set<Mark>& contested() const { return contested_; }

private:
    using NumberKey = std::pair<std::string, SourceNumber>;
    using MarkIndex = std::set<std::pair<Mark, ArrivalOrder>>;

    void index(const WaitingEvent& event);
    void unindex(const WaitingEvent& event);
    void index_needs(const WaitingEvent& event);
    void unindex_needs(const WaitingEvent& event);
    void update_contested(Mark mark);
    [[nodiscard]] std::vector<SourceLoad>::iterator load_of(const std::string& source);

    Events events_;
    std::size_t bytes_{0};
    std::vector<SourceLoad> loads_;  ///< sorted
    std::map<NumberKey, ArrivalOrder> by_number_;
    std::unordered_map<std::uint64_t, ArrivalOrder> by_id_;
    std::set<std::pair<NumberKey, ArrivalOrder>> wanted_numbers_;
    MarkIndex wanted_marks_;
    MarkIndex carried_marks_;
    MarkIndex bound_marks_;  ///< of carried_marks_, those of events bound by their channel
    Lanes lanes_;
    std::set<Mark> contested_;
};

}  // namespace sluice::sequence
