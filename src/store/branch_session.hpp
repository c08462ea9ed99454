#pragma once

#include <sluice/result.hpp>
#include <sluice/sql.hpp>
#include <sluice/time.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace sluice::store {

/// What a database holds prepared, of whomever.
struct PreparedBranch {
    std::string gid;
    std::string owner{};             ///< the user who may end it; empty: whoever may see it
    std::optional<Instant> since{};  ///< where the database says so

    bool operator==(const PreparedBranch&) const = default;
};

/// A connection by which a database takes part in a two-phase commit. Its transaction has a name,
/// and once it is prepared the database neither loses it nor gives it up until it is told.
///
///     begin ─► statements ─► prepare ─► commit_prepared | rollback_prepared, by any session
///        └──────── rollback ◄───┘ that failed
///
/// Threads:  one at a time.
/// Lifetime: of its own. What is not prepared goes with it.
/// Failure:  throws SqlError, as Sql does, and says what to do about what an administrator can
///           mend. Kind::kConnection: whether the call was carried out nobody knows, and the
///           session stays lost.
class BranchSession {
public:
    virtual ~BranchSession() = default;

    /// Whether this database can hold so many prepared transactions, and show them to this user.
    /// kBadConfig says what to set.
    [[nodiscard]] virtual Status examine(std::size_t prepared_max) = 0;

    /// The transaction's statements, until it is prepared or rolled back. `gid` is printable ASCII
    /// without quotes.
    virtual Sql& begin(const std::string& gid) = 0;

    /// After an error that is not kConnection nothing is prepared, and nothing will be.
    virtual void prepare() = 0;

    /// Of what is begun and not prepared. Never throws: without a connection nothing is left.
    virtual void rollback() noexcept = 0;

    /// False: it holds no such branch; somebody has done it before. kBusy: another session has it
    /// now.
    virtual bool commit_prepared(const std::string& gid) = 0;
    virtual bool rollback_prepared(const std::string& gid) = 0;

    [[nodiscard]] virtual std::vector<PreparedBranch> prepared() = 0;

    /// Connected, and in no transaction.
    [[nodiscard]] virtual bool idle() const = 0;
};

}  // namespace sluice::store
