#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include "transact/coordination.hpp"
#include "transact/decision_log.hpp"
#include "transact/desk.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::transact {

/// What becomes of a branch when its coordinator comes back.
enum class Fate : std::uint8_t {
    kCommits,    ///< it is decided
    kRollsBack,  ///< nobody has decided it, and nobody will
    kUnknown,    ///< the log could not be read: another process has it, and is at it
    kLeftAlone,  ///< of a later start than the log knows: it is not the right log, or an old copy
};

[[nodiscard]] std::string_view to_string(Fate fate);

struct Doubt {
    twophase::Gid gid;
    std::string database;
    Fate fate{};
    std::optional<Instant> since{};  ///< prepared, where the database says so
    bool seen{true};                 ///< false: decided, and its database cannot be looked into
    bool settled{false};             ///< a person has seen to it

    bool operator==(const Doubt&) const = default;
};

struct Doubts {
    std::vector<Doubt> branches;                  ///< by transaction, branch
    std::map<std::string, std::string> problems;  ///< by database that could not be looked into
};

/// All that databases hold prepared of this coordinator's, and what was decided and is not done.
/// Changes nothing. `recorded`: nothing where the log is another process's.
[[nodiscard]] Doubts doubts_of(
    const Desk::Databases& databases,
    const std::string& coordinator,
    const std::optional<Recorded>& recorded
);

/// The same by a coordinator's options. Errors as opening the log, but for kUnavailable: then each
/// fate is kUnknown. kNotFound: there is no such log.
[[nodiscard]] Result<Doubts> doubts_of(const TwoPhaseOptions& options);

/// "3/17/1": a branch of a transaction, as people say it.
struct BranchName {
    twophase::TransactionId id;
    std::uint32_t branch{};
};

[[nodiscard]] Result<BranchName> parse_branch_name(std::string_view text);

struct Resolution {
    std::map<std::string, Carried> databases;
    std::vector<twophase::Transaction> left;  ///< decided, and not done everywhere
};

/// Ends all that can be ended, in place of the service whose coordinator it is: it must not run.
/// `settled`: a branch whose database will not come back; it is told no more. kNotFound: there is
/// no such log. Other errors as TwoPhase::open, and Coordinator::settle.
[[nodiscard]] Result<Resolution> resolve(
    const TwoPhaseOptions& options, const std::optional<BranchName>& settled
);

/// The same at a desk that does not run.
[[nodiscard]] Result<Resolution> resolve(Desk& desk, const std::optional<BranchName>& settled);

}  // namespace sluice::transact
