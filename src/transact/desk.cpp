#include "transact/desk.hpp"

#include "transact/act.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace sluice::transact {

namespace {

constexpr Milliseconds kLookLeast{10};
constexpr Milliseconds kLookMost = std::chrono::hours{1};
constexpr std::size_t kActsMost = 1'000;

}  // namespace

Status DeskOptions::validate() const {
    if (Status valid = rules.validate(); !valid) return valid;
    if (look_every < kLookLeast || look_every > kLookMost) {
        return Error{
            ErrorCode::kBadConfig,
            fmt::format("look_every: {} is not 10 ms to 1 hour", look_every.count())};
    }
    if (acts_max < 1 || acts_max > kActsMost) {
        return Error{
            ErrorCode::kBadConfig, fmt::format("acts_max: {} is not 1 to {}", acts_max, kActsMost)};
    }
    return ok();
}

Result<std::unique_ptr<Desk>> Desk::open(
    const Coordination::Parts& parts, Databases databases, DeskOptions options
) {
    if (Status valid = options.validate(); !valid) return valid.error();
    // NOLINTNEXTLINE(cppcoreguidelines-owning-memory): make_unique cannot see the constructor
    std::unique_ptr<Desk> desk{new Desk{options}};
    for (auto& [name, open] : databases) {
        desk->places_.try_emplace(name, std::move(open), options.acts_max);
    }
    if (Status fit = desk->examine(); !fit) return fit.error();
    auto coordination =
        Coordination::open(parts, options.rules, [&] { return desk->nothing_known(); });
    if (!coordination) return coordination.error();
    desk->coordination_ = std::move(coordination).value();
    for (auto& [name, place] : desk->places_) {
        place.carrier = std::make_unique<Carrier>(*desk->coordination_, place.pool, name);
    }
    return desk;
}

/// Who is away now may be back later; who cannot prepare never will.
Status Desk::examine() {
    for (auto& [name, place] : places_) {
        auto session = place.pool.take();
        if (session) {
            place.pool.give_back(std::move(session).value());
        } else if (session.error().code == ErrorCode::kBadConfig) {
            return session.error().at(name);
        }
    }
    return ok();
}

/// Decisions that are lost must not be taken for none: databases would be told to roll back what
/// has committed elsewhere.
Status Desk::nothing_known() {
    for (auto& [name, place] : places_) {
        const auto prepared = prepared_in(place);
        if (!prepared) {
            return prepared.error().at(name + ": at its first start a coordinator sees them all");
        }
        for (const store::PreparedBranch& one : prepared.value()) {
            const auto gid = twophase::parse_gid(one.gid);
            if (!gid || gid->coordinator != options_.rules.coordinator) continue;
            return Error{
                ErrorCode::kConflict,
                fmt::format(
                    "{} holds {} prepared, and this log has never had a coordinator {}: is it the "
                    "right directory? If its log is lost, see docs/guide/twophase.md",
                    name,
                    one.gid,
                    gid->coordinator
                )};
        }
    }
    return ok();
}

Result<std::vector<store::PreparedBranch>> Desk::prepared_in(Place& place) {
    auto session = place.pool.take();
    if (!session) return session.error();
    try {
        auto all = session.value()->prepared();
        place.pool.give_back(std::move(session).value());
        return all;
    } catch (const SqlError& error) {
        return Error{ErrorCode::kUnavailable, error.what()};
    }
}

void Desk::start() {
    for (auto& [name, place] : places_) {
        threads_.emplace_back([this, carrier = place.carrier.get()](const std::stop_token& stop) {
            carrier->run(stop, options_.look_every);
        });
    }
}

Result<BranchPool*> Desk::pool_of(const std::string& database) {
    const auto found = places_.find(database);
    if (found != places_.end()) return &found->second.pool;
    std::vector<std::string> names;
    for (const auto& [name, place] : places_) names.push_back(name);
    return Error{
        ErrorCode::kInvalidArgument,
        fmt::format("there is no database {}; there are: {}", database, fmt::join(names, ", "))};
}

/// In the order of the databases' names, whatever that of the branches: so two acts never wait for
/// each other over two databases, where none of both would see the circle.
Status Desk::run(std::vector<TwoPhaseBranch> branches) {
    std::stable_sort(branches.begin(), branches.end(), [](const auto& a, const auto& b) {
        return a.database < b.database;
    });
    std::vector<Act::Part> parts;
    for (TwoPhaseBranch& branch : branches) {
        const auto pool = pool_of(branch.database);
        if (!pool) return pool.error();
        if (!parts.empty() && parts.back().branch.database == branch.database) {
            return Error{
                ErrorCode::kInvalidArgument,
                fmt::format("two branches in {}: let one do the work of both", branch.database)};
        }
        parts.push_back({std::move(branch), pool.value()});
    }
    if (acts_.fetch_add(1) >= options_.acts_max) {
        --acts_;
        return Error{
            ErrorCode::kFull,
            fmt::format("{} acts are under way, as many as may be: try later", options_.acts_max)};
    }
    Status done = Act{*coordination_, std::move(parts)}.run();
    --acts_;
    return done;
}

std::map<std::string, Carried> Desk::recover() {
    for (auto& [name, place] : places_) place.carrier->look();
    return carried();
}

std::map<std::string, Carried> Desk::carried() const {
    std::map<std::string, Carried> all;
    for (const auto& [name, place] : places_) all.emplace(name, place.carrier->carried());
    return all;
}

void Desk::stop() noexcept {
    for (std::jthread& thread : threads_) thread.request_stop();
    threads_.clear();
    if (coordination_ != nullptr) coordination_->tick();
}

}  // namespace sluice::transact
