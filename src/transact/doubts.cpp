#include "transact/doubts.hpp"

#include "base/assert.hpp"
#include "log/embedded/embedded.hpp"
#include "transact/options_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <memory>
#include <tuple>
#include <utility>

namespace sluice::transact {

namespace {

using twophase::Decision;
using twophase::Gid;

const Decision* decision_on(const Gid& gid, const Recorded& recorded) {
    const auto found = std::find_if(
        recorded.decisions.begin(),
        recorded.decisions.end(),
        [&](const Decision& one) { return one.id == gid.id; }
    );
    return found == recorded.decisions.end() ? nullptr : &*found;
}

Fate fate_of(const Gid& gid, const std::optional<Recorded>& recorded) {
    if (!recorded) return Fate::kUnknown;
    if (decision_on(gid, *recorded) != nullptr) return Fate::kCommits;
    return gid.id.epoch > recorded->epoch ? Fate::kLeftAlone : Fate::kRollsBack;
}

Result<std::vector<store::PreparedBranch>> prepared_at(const OpenBranch& open) {
    auto session = open();
    if (!session) return session.error();
    try {
        return session.value()->prepared();
    } catch (const SqlError& error) {
        return Error{ErrorCode::kUnavailable, error.what()};
    }
}

/// What is decided for a database that says nothing.
void add_unseen(const Recorded& recorded, const std::string& coordinator, Doubts& doubts) {
    for (const Decision& decision : recorded.decisions) {
        for (std::uint32_t at = 0; at < decision.branches.size(); ++at) {
            const twophase::DecidedBranch& branch = decision.branches[at];
            if (!doubts.problems.contains(branch.database)) continue;
            const Gid gid{coordinator, decision.id, at};
            doubts.branches.push_back(
                {gid, branch.database, Fate::kCommits, std::nullopt, false, branch.settled}
            );
        }
    }
}

Status log_is_there(const TwoPhaseOptions& options) {
    if (std::filesystem::exists(options.directory)) return ok();
    return Error{
        ErrorCode::kNotFound,
        fmt::format("{}: there is no such log; its service makes it", options.directory)};
}

Result<std::unique_ptr<log::Log>> open_log(const TwoPhaseOptions& options) {
    log::EmbeddedOptions embedded;
    embedded.directory = options.directory;
    return log::open_embedded_log(embedded);
}

}  // namespace

std::string_view to_string(Fate fate) {
    switch (fate) {
        case Fate::kCommits: return "commits";
        case Fate::kRollsBack: return "rolls back";
        case Fate::kUnknown: return "unknown";
        case Fate::kLeftAlone: return "left alone";
    }
    SLUICE_UNREACHABLE();
}

Doubts doubts_of(
    const Desk::Databases& databases,
    const std::string& coordinator,
    const std::optional<Recorded>& recorded
) {
    Doubts doubts;
    for (const auto& [name, open] : databases) {
        const auto prepared = prepared_at(open);
        if (!prepared) {
            doubts.problems.emplace(name, prepared.error().message);
            continue;
        }
        for (const store::PreparedBranch& one : prepared.value()) {
            const auto gid = twophase::parse_gid(one.gid);
            if (!gid || gid->coordinator != coordinator) continue;
            doubts.branches.push_back({gid.value(), name, fate_of(gid.value(), recorded), one.since}
            );
        }
    }
    if (recorded) add_unseen(*recorded, coordinator, doubts);
    std::sort(doubts.branches.begin(), doubts.branches.end(), [](const Doubt& a, const Doubt& b) {
        return std::tie(a.gid.id, a.gid.branch) < std::tie(b.gid.id, b.gid.branch);
    });
    return doubts;
}

Result<Doubts> doubts_of(const TwoPhaseOptions& options) {
    const auto databases = databases_of(options);
    if (!databases) return databases.error();
    if (Status there = log_is_there(options); !there) return there.error();
    const auto log = open_log(options);
    if (!log && log.error().code == ErrorCode::kUnavailable) {
        return doubts_of(databases.value(), options.coordinator, std::nullopt);
    }
    if (!log) return log.error();
    auto recorded = recorded_in(*log.value(), options.coordinator);
    if (!recorded) return recorded.error();
    return doubts_of(databases.value(), options.coordinator, recorded.value());
}

Result<BranchName> parse_branch_name(std::string_view text) {
    const std::size_t slash = text.rfind('/');
    if (slash != std::string_view::npos && slash + 1 < text.size()) {
        const auto id = twophase::parse_transaction_id(text.substr(0, slash));
        std::uint32_t branch = 0;
        const char* end = text.data() + text.size();
        const auto [stop, failure] = std::from_chars(text.data() + slash + 1, end, branch);
        if (id && failure == std::errc{} && stop == end) return BranchName{id.value(), branch};
    }
    return Error{
        ErrorCode::kInvalidArgument,
        fmt::format("\"{}\" is no branch: they are written 3/17/0", text.substr(0, 100))};
}

/// Twice: what another session had at the first time is free at the second.
Result<Resolution> resolve(Desk& desk, const std::optional<BranchName>& settled) {
    desk.recover();
    if (settled) {
        const Status done = desk.coordination().settle(settled->id, settled->branch);
        if (!done) return done.error();
    }
    Resolution resolution{desk.recover(), {}};
    for (twophase::Transaction& one : desk.coordination().open_transactions()) {
        const bool left = std::any_of(one.branches.begin(), one.branches.end(), [](const auto& at) {
            return at.stage == twophase::BranchStage::kPrepared;
        });
        if (left) resolution.left.push_back(std::move(one));
    }
    return resolution;
}

Result<Resolution> resolve(
    const TwoPhaseOptions& options, const std::optional<BranchName>& settled
) {
    auto databases = databases_of(options);
    if (!databases) return databases.error();
    if (Status there = log_is_there(options); !there) return there.error();
    const auto log = open_log(options);
    if (!log) return log.error();
    const SystemClock clock;
    const auto desk =
        Desk::open({*log.value(), clock}, std::move(databases).value(), desk_options(options));
    if (!desk) return desk.error();
    return resolve(*desk.value(), settled);
}

}  // namespace sluice::transact
