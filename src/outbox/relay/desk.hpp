#pragma once

#include "outbox/relay/lease_table.hpp"
#include "outbox/relay/postgres.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace sluice::outbox {

/// A subject whose first event was refused.
struct ParkedSubject {
    Line line;
    std::uint64_t number{};
    std::string type;
    std::string reason;
    std::string since;       ///< RFC 3339
    std::uint64_t behind{};  ///< events that wait with it, the refused one not counted
};

/// Which parked subjects are meant; empty: any.
struct ParkedFilter {
    std::string domain;
    std::string subject;
};

struct RelayRow {
    std::string name;
    std::uint64_t slots{};
    bool asleep{};
};

/// How an outbox stands.
struct OutboxStatus {
    std::string source;  ///< empty: none yet
    Backlog backlog;
    std::vector<RelayRow> relays;  ///< those whose lease holds
};

/// What a person does with an outbox. Each is one transaction; relays hear of it at once.
/// Threads:  one at a time.
/// Failure:  as PgConnection; kNotFound: no such subject is parked; kAlreadyExists.
class OutboxDesk {
public:
    explicit OutboxDesk(PgConnection& connection) : connection_{connection} {}

    /// Makes the tables and the function; kAlreadyExists: they are there.
    [[nodiscard]] Status migrate();

    /// From now on events are of this source, their numbers from 1 on: for a new database, and
    /// after each restore from a backup. Waits for transactions that have published. Answers the
    /// source before it; empty: there was none.
    [[nodiscard]] Result<std::string> begin_source(const std::string& source);

    [[nodiscard]] Result<OutboxStatus> status();

    [[nodiscard]] Result<std::vector<ParkedSubject>> parked(
        const ParkedFilter& filter, std::size_t rows_max
    );

    /// They are sent again, as they are; answers how many.
    [[nodiscard]] Result<std::uint64_t> retry(const ParkedFilter& filter);

    /// The refused event is given up: a sluice.void takes its place, and what follows goes on. What
    /// it was is kept.
    [[nodiscard]] Status give_up(
        const Line& line, const std::string& reason, const std::string& by
    );

private:
    PgConnection& connection_;
};

}  // namespace sluice::outbox
