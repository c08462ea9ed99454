#pragma once

#include <sluice/time.hpp>

#include "base/ids.hpp"
#include "store/inbox_sql.hpp"
#include "store/session.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::store {

/// Per subject, how far a subscription has come: one row of `sluice_inbox`, in the handler's own
/// database and transaction. It makes effects exactly once: the row and the effects are there
/// together, or neither. The row is written first, and only upwards: two owners of a subject cannot
/// both succeed, since the second waits for the first one's lock and then changes no row. Holes are
/// not looked for here: events that the subscription does not want never come by, so that a jump is
/// normal. The dispatcher sees all events and does (docs/formats/inbox.md).
/// Threads:  the session's.
/// Lifetime: the session outlives each call; none is kept.
/// Failure:  SqlError, as the session throws it.
class Inbox {
public:
    enum class Answer : std::uint8_t {
        kFirst,      ///< the row is written: handle it
        kDuplicate,  ///< handled before: skip it
        kReused,     ///< the position was another event's: our bug, or a tampered topic; stop the
                     ///< subject
        kTooLong,    ///< the subject has more bytes than a key of this database; stop it
    };

    struct Row {
        Position last;
        std::uint64_t last_id_hash{};
    };

    Inbox(std::string domain, std::string subscription)
        : domain_{std::move(domain)},
          subscription_{std::move(subscription)} {}

    /// Makes the table if it is not there.
    static void create(Session& session);

    [[nodiscard]] Answer advance(
        Session& session, std::string_view subject, Position to, std::uint64_t id_hash, Instant now
    ) const;

    /// Copies the rows of another subscription of the domain, only upwards: at a switch of side
    /// effects, in the switch's own transaction and after the old one was drained, so that the new
    /// one acts exactly above what the old one has done. Answers how many rows have moved.
    std::int64_t inherit(Session& session, std::string_view from_subscription, Instant now) const;

    [[nodiscard]] std::optional<Row> read(Session& session, std::string_view subject) const;

private:
    std::string domain_;
    std::string subscription_;
};

}  // namespace sluice::store
