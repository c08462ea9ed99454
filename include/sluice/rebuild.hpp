#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice {

/// A filling of a read model, and how it stands.
struct ReadModel {
    std::string name;   ///< its subscription's; the first has the service's name
    std::string phase;  ///< "filling", "ready", "live", "kept", "dropped"
    std::string file;   ///< its SQLite file
    std::string since;  ///< where its events began
    std::string effective;
    std::uint64_t events_per_second_max{};  ///< while it fills; 0: as fast as it goes
    std::uint64_t read{};                   ///< offsets of the ordered topic, since it began
    std::uint64_t left{};                   ///< to the end of the topic
    std::uint64_t events_per_second{};
    std::optional<Milliseconds> time_left;  ///< at that rate
    std::uint64_t parked{};                 ///< subjects
    Instant seen_at{};                      ///< when the process that feeds it looked last

    bool operator==(const ReadModel&) const = default;
};

/// What somebody wants done about a service's read models.
struct RebuildWish {
    enum class Verb : std::uint8_t {
        kBegin = 1,    ///< fill a new one, `into`
        kCompare = 2,  ///< hold it against the live one, both at the same event
        kSwitch = 3,   ///< make it the live one; the one that was is fed on, so this is "back" too
        kCancel = 4,   ///< it goes, with its file; not the live one
    };

    Verb verb{Verb::kBegin};
    std::string into;  ///< 1 to 64 of [a-z0-9-], never used before
    /// kBegin: "beginning"; a time (RFC 3339): what was released from then on; "N": offset N of
    /// each home partition. A subject that began earlier comes without its beginning.
    std::string since{"beginning"};
    std::string effective;                  ///< kBegin: YYYY-MM-DD, as sluice::Filling says
    std::uint64_t events_per_second_max{};  ///< kBegin: while it fills; 0: no limit
    std::string by;                         ///< kept with what became of it
    std::string reason;
};

/// What became of a wish.
struct RebuildOutcome {
    enum class State : std::uint8_t { kPending = 0, kDone = 1, kRefused = 2 };

    State state{State::kPending};
    std::string text;  ///< one line: what was done, or why not and what to do

    bool operator==(const RebuildOutcome&) const = default;
};

/// How a table, or view, of two read models compares. Rows are compared whole, as sets.
struct TableDifference {
    struct Sum {
        std::string column;  ///< of integers
        std::int64_t live{};
        std::int64_t other{};

        bool operator==(const Sum&) const = default;
    };

    std::string table;
    std::uint64_t rows_live{};
    std::uint64_t rows_other{};
    std::uint64_t only_live{};   ///< rows that the other has not, or not so
    std::uint64_t only_other{};  ///< rows that the live one has not, or not so
    std::vector<Sum> sums;

    bool operator==(const TableDifference&) const = default;
};

/// The read models of one service, over the file that they began with: which is the live one, how
/// far a rebuild is, and what is wanted of them. What is asked for lies on disk beside that file;
/// the process that runs the service (Instance::add_service with a ServiceOf) carries it out, now
/// or when it starts, and says what became of it.
/// Threads:  one at a time; any number of processes at once.
/// Failure:  kNotFound: there is no service with rebuilds; kUnavailable: the file is locked for
///           longer than 5 s.
class ReadModels {
public:
    /// `sqlite_file`: as given to Instance::add_service.
    [[nodiscard]] static Result<ReadModels> open(const std::string& sqlite_file);

    ReadModels(ReadModels&& other) noexcept;
    ReadModels& operator=(ReadModels&& other) noexcept;
    ~ReadModels();

    /// The file that readers should read, as of now.
    [[nodiscard]] Result<std::string> live_file() const;

    /// All there ever were, in the order in which they began.
    [[nodiscard]] Result<std::vector<ReadModel>> all() const;

    /// Writes the wish down; answers its number.
    [[nodiscard]] Result<std::int64_t> ask(const RebuildWish& wish);

    /// kNotFound: there is no such wish.
    [[nodiscard]] Result<RebuildOutcome> outcome(std::int64_t wish) const;

    /// Waits for the outcome; kPending when it did not come within `timeout`.
    [[nodiscard]] Result<RebuildOutcome> wait_for(std::int64_t wish, Milliseconds timeout) const;

    /// What a comparison that is done has found, table by table.
    [[nodiscard]] Result<std::vector<TableDifference>> comparison(std::int64_t wish) const;

private:
    struct Impl;
    explicit ReadModels(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace sluice
