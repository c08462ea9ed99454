#pragma once

#include "dispatch/retry.hpp"
#include "outbox/outcome.hpp"
#include "outbox/row.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace sluice::outbox {

struct WindowLimits {
    std::size_t rows_max{4'096};  ///< held; a page that is taken may go beyond by its own size
    std::size_t bytes_max{std::size_t{32} << 20};  ///< likewise
    std::size_t rows_per_line_max{64};             ///< what follows is read again later
    std::size_t fenced_max{16'384};     ///< with more, whoever they are sent to is left alone
    std::size_t batch_rows_max{1'000};  ///< of one request
    std::size_t batch_bytes_max{std::size_t{4} << 20};  ///< likewise, but for a single row
};

/// Rows on their way: of one domain, at most one of each line.
struct Batch {
    std::string domain;
    std::vector<Row> rows;
};

struct Refused {
    RowKey key;
    std::string reason;
};

/// What a request has brought: rows that may be deleted, and rows that somebody must look at.
struct Landed {
    std::vector<RowKey> taken;
    std::vector<Refused> refused;
};

/// Which rows of a relay's slots may be sent now. Of a line the next row goes when the one before
/// was acknowledged, so that whatever fails, and whoever else sends, no row is seen before its
/// predecessor; a row that fails fences its own line and no other. Pure: no I/O, no clock.
///
/// A page is what the table shows of some lines at one moment, each line from its first row on, in
/// order. What the window holds already is told apart by its place.
///
/// Threads:  one at a time.
/// Lifetime: a value; rows in a Batch belong to it until `landed`.
/// Limits:   WindowLimits. A fenced line keeps one row, a domain that is not there none: neither
///           takes the room of others.
class SendWindow {
public:
    SendWindow(WindowLimits limits, dispatch::RetryPolicy retry)
        : limits_{limits},
          retry_{retry},
          batch_rows_max_{limits.batch_rows_max} {}

    /// Answers how many rows are new.
    std::size_t take(std::vector<Row> page, Instant now);

    /// Whether another page should be read.
    [[nodiscard]] bool has_room() const {
        return rows_ < limits_.rows_max && bytes_ < limits_.bytes_max &&
               ready_.size() < batch_rows_max_;
    }

    /// Of these no row is taken now.
    [[nodiscard]] std::vector<std::string> paused_domains(Instant now) const;

    /// What may be sent now; nothing: see `due`.
    [[nodiscard]] std::optional<Batch> next(Instant now);

    /// After a refusal the line is forgotten, and after kDomain the domain: their rows come again
    /// when the table shows them again.
    [[nodiscard]] Landed landed(Batch batch, Outcome outcome, Instant now);

    /// From when on `next` may have something; nothing: not before more rows are taken.
    [[nodiscard]] std::optional<Instant> due() const;

    /// Whether rows of the slot are on their way: it cannot be given back yet.
    [[nodiscard]] bool in_flight(Slot slot) const;

    /// Forgets the slot's rows; none is on its way.
    void drop(Slot slot);

    /// Held or on their way.
    [[nodiscard]] std::size_t rows() const { return rows_ + fenced_.size(); }

    /// Lines whose first row failed, and waits to be sent again.
    [[nodiscard]] std::size_t fenced_lines() const { return fenced_.size(); }

private:
    struct Held {
        Slot slot;
        std::deque<Row> rows;  ///< behind the one in flight
        Place last;            ///< the last one held or in flight
        bool in_flight{false};
        std::uint32_t attempts{0};
        std::optional<Instant> fenced_until;
    };

    struct Pause {
        std::uint32_t attempts{0};
        std::optional<Instant> until;

        [[nodiscard]] bool holds(Instant now) const { return until && now < *until; }
    };

    using Lines = std::map<Line, Held>;

    void hold(Row row, Held& held);
    void release(const Row& row);
    void lift_fences(Instant now);
    void put_back(Row row);
    void fence(Row row, Instant now);
    void forget(Lines::iterator line);
    void forget_all(const std::string& domain);
    [[nodiscard]] Landed fail(Batch batch, const Failure& failure, Instant now);
    void pause(Pause& pause, const std::optional<Milliseconds>& asked, Instant now) const;

    WindowLimits limits_;
    dispatch::RetryPolicy retry_;
    std::size_t batch_rows_max_;  ///< now: smaller after a request that could not be taken
    Lines lines_;
    std::deque<Line> ready_;                     ///< fair: whoever is sent goes to the end
    std::set<std::pair<Instant, Line>> fenced_;  ///< by when they are due
    Pause all_;
    std::map<std::string, Pause> domains_;  ///< those that are not there
    std::size_t rows_{0};                   ///< of lines that are not fenced
    std::size_t bytes_{0};
};

}  // namespace sluice::outbox
