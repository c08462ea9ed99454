#pragma once

#include "base/ids.hpp"
#include "dispatch/dispatcher.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace sluice::grow {

/// Where a record lies after the homes have become more.
struct Place {
    HomeId home;
    Offset offset;

    auto operator<=>(const Place&) const = default;
};

/// What a subscription had done of each old home; nothing: it has not begun there, and all of it is
/// still to be done.
using DoneBefore = std::vector<std::optional<dispatch::Progress>>;

/// Gives the records of old homes their places in the new ones, and says what every subscription
/// has done of the new ones: exactly the records that it had done of the old.
/// Threads:  one.
/// Limits:   per subscription and new home as many ranges as done and undone records take turns.
class Regrouping {
public:
    /// New partitions begin at `first`.
    Regrouping(
        std::uint32_t homes_before,
        std::uint32_t homes,
        std::vector<Offset> first,
        std::vector<DoneBefore> subscriptions
    );

    /// The next record. Of an old home they come in the order of their offsets, of different ones
    /// in any.
    Place place(HomeId from, Offset at, std::string_view subject);

    /// Where the next record of the new home goes.
    [[nodiscard]] Offset end(HomeId home) const { return ends_[home.value]; }

    /// Of all that was placed so far.
    [[nodiscard]] const dispatch::Progress& progress(std::size_t subscription, HomeId home) const {
        return subscriptions_[subscription].now[home.value];
    }

private:
    struct Subscription {
        DoneBefore before;
        std::vector<std::size_t> range;  ///< by old home: the first that does not lie behind
        std::vector<dispatch::Progress> now;
    };

    [[nodiscard]] static bool is_done(Subscription& one, HomeId from, Offset at);
    static void mark_done(dispatch::Progress& progress, Offset at);

    std::uint32_t homes_;
    std::vector<Offset> ends_;
    std::vector<Offset> placed_;  ///< by old home: behind the last
    std::vector<Subscription> subscriptions_;
};

/// The new homes that a subject of the old home may have, if nothing else is known of it.
[[nodiscard]] std::vector<HomeId> heirs_of(
    HomeId home, std::uint32_t homes_before, std::uint32_t homes
);

}  // namespace sluice::grow
