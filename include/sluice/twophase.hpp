#pragma once

#include <sluice/result.hpp>
#include <sluice/sql.hpp>
#include <sluice/time.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace sluice {

struct TwoPhaseOptions {
    std::string coordinator;  ///< 1 to 20 of a-z, 0-9 and -, a letter first. Databases know its
                              ///< transactions by it: one process at a time, the same for ever
    std::string directory;    ///< of the log of its decisions: keep it as you keep the databases
    std::map<std::string, std::string> databases;  ///< a name → postgresql://USER@HOST:PORT/NAME
    Milliseconds within{10'000};                   ///< from `run` to the last vote; then it aborts
    Milliseconds look_every{5'000};  ///< at what databases hold prepared, for what was left
    std::size_t acts_max{16};        ///< at a time; one more is refused (kFull)
    bool survive_power_cut{true};    ///< false, for tests and measurements: survives kill -9 only

    /// From a file (docs/guide/twophase.md). kNotFound: there is none. kBadConfig names the line,
    /// and for an unknown key the nearest one.
    [[nodiscard]] static Result<TwoPhaseOptions> read(const std::string& path);
};

/// What an act does in one database, within a transaction there.
struct TwoPhaseBranch {
    std::string database;              ///< its name in the options
    std::function<Status(Sql&)> work;  ///< an Error, or any exception: nothing is done anywhere
};

/// Acts over several databases, all of it or nothing: two-phase commit (docs/guide/twophase.md,
/// which begins with when not to). Whatever crashes when, no act stays half; what was left is ended
/// when this is opened again, and while it runs.
///
///     auto points = TwoPhase::open(TwoPhaseOptions::read("points.yaml").value());
///     const Status moved = points.value()->run({{"north", take}, {"south", give}});
///
/// Threads:  any.
/// Failure:  as said at each. After `failure()` the process should end and start again.
/// Limits:   TwoPhaseOptions; an act has 1 to 16 branches.
class TwoPhase {
public:
    /// kBadConfig: options, or a database that cannot prepare, and what to set there. kUnavailable:
    /// another process has the directory. kConflict: the directory knows nothing of this
    /// coordinator, and databases do. A database that is away does not prevent it, but at the very
    /// first time.
    [[nodiscard]] static Result<std::unique_ptr<TwoPhase>> open(const TwoPhaseOptions& options);

    ~TwoPhase();  ///< no `run` is under way; what is left prepared waits for the next `open`
    TwoPhase(const TwoPhase&) = delete;
    TwoPhase& operator=(const TwoPhase&) = delete;

    /// Does the work of all branches, database by database in the order of their names, and
    /// commits; by the caller's thread. Well: it is decided for good, and done everywhere, or will
    /// be as soon as a database is back. An error: nothing is done anywhere. It is that of the
    /// work, or kConflict (a constraint), kUnavailable (a lock, time, a database that is away: the
    /// same may succeed later), kFull (as many acts as may be), kInvalidArgument (a statement, a
    /// database that the options do not name). Only kIo leaves it open until the log of decisions
    /// can be read again.
    [[nodiscard]] Status run(std::vector<TwoPhaseBranch> branches);

    /// Why it had to stop by itself, if it had to.
    [[nodiscard]] Status failure() const;

private:
    struct Impl;
    explicit TwoPhase(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace sluice
