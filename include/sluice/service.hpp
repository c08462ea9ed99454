#pragma once

#include <sluice/event.hpp>
#include <sluice/sql.hpp>
#include <sluice/time.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice {

/// What became of an event.
class Handled {
public:
    enum class Kind : std::uint8_t { kDone, kRetry, kDead };

    /// The effects are written; the next event of the subject may come.
    [[nodiscard]] static Handled done() { return Handled{Kind::kDone, {}, std::nullopt}; }

    /// Undo what this event wrote and try again, after the policy's wait or this one.
    [[nodiscard]] static Handled retry(
        std::string reason, std::optional<Milliseconds> after = std::nullopt
    ) {
        return Handled{Kind::kRetry, std::move(reason), after};
    }

    /// Undo what this event wrote; no attempt will help. Its subject is parked, all others go on.
    [[nodiscard]] static Handled dead(std::string reason) {
        return Handled{Kind::kDead, std::move(reason), std::nullopt};
    }

    [[nodiscard]] Kind kind() const { return kind_; }

    [[nodiscard]] const std::string& reason() const { return reason_; }

    [[nodiscard]] std::optional<Milliseconds> after() const { return after_; }

private:
    Handled(Kind kind, std::string reason, std::optional<Milliseconds> after)
        : kind_{kind},
          reason_{std::move(reason)},
          after_{after} {}

    Kind kind_;
    std::string reason_;
    std::optional<Milliseconds> after_;
};

using Handler = std::function<Handled(const Event&, Sql&)>;

/// A service of yours, as Sluice sees it: which event types it wants, and what it does with each.
/// Events of one subject come one after another, in order, each once; subjects come in any order.
/// Threads:  handlers of one service are called from one thread at a time.
/// Failure:  a handler that throws SqlError is judged by it; any other exception makes the event
/// dead with
///           its text as the reason.
class Service {
public:
    /// `name` is the subscription's: 1 to 64 of [a-z0-9-], for ever, since progress is kept under
    /// it.
    explicit Service(std::string name) : name_{std::move(name)} {}

    /// DDL that makes the read model's tables; run at start, so write IF NOT EXISTS.
    Service& schema(std::string ddl) {
        schema_ = std::move(ddl);
        return *this;
    }

    /// Handles events of this type. `sluice.gap` is wanted only by those who ask for it.
    Service& on(std::string type, Handler handler) {
        handlers_.insert_or_assign(std::move(type), std::move(handler));
        return *this;
    }

    /// What an event of this type sets off outside of the tables: a letter, a payment. Called after
    /// its handler, in the same transaction, and its answer counts as the handler's. While the read
    /// model is rebuilt, and whenever it is not the live one, it is not called at all: what
    /// handlers do outside by themselves nobody can mute. After a crash it may be called again for
    /// the same event: give the receiver the event's id, or its position.
    Service& effect(std::string type, Handler effect) {
        effects_.insert_or_assign(std::move(type), std::move(effect));
        return *this;
    }

    /// Wants events of this type as that version of them, which the contract declares: whatever
    /// version one was published in, its handler and its effect see it cast to this one, with its
    /// `dataschema`. One that cannot be cast is dead, with the reason. Of types without it they see
    /// what was published.
    Service& version(std::string type, std::uint32_t number) {
        versions_.insert_or_assign(std::move(type), number);
        return *this;
    }

    /// Says that rows of this table, or view, belong to the day in that column, as YYYY-MM-DD. A
    /// rebuild with an effective date keeps those before it: a switch that would change one is
    /// refused.
    Service& dated(std::string table, std::string column) {
        dated_.insert_or_assign(std::move(table), std::move(column));
        return *this;
    }

    /// The same service as another subscription: what a rebuild fills beside the live one.
    [[nodiscard]] Service under(std::string name) const {
        Service renamed = *this;
        renamed.name_ = std::move(name);
        return renamed;
    }

    [[nodiscard]] const std::string& name() const { return name_; }

    [[nodiscard]] const std::string& schema() const { return schema_; }

    [[nodiscard]] const std::map<std::string, Handler, std::less<>>& handlers() const {
        return handlers_;
    }

    [[nodiscard]] const std::map<std::string, Handler, std::less<>>& effects() const {
        return effects_;
    }

    [[nodiscard]] const std::map<std::string, std::uint32_t, std::less<>>& versions() const {
        return versions_;
    }

    [[nodiscard]] const std::map<std::string, std::string, std::less<>>& dated() const {
        return dated_;
    }

private:
    std::string name_;
    std::string schema_;
    std::map<std::string, Handler, std::less<>> handlers_;
    std::map<std::string, Handler, std::less<>> effects_;
    std::map<std::string, std::uint32_t, std::less<>> versions_;  ///< type → number
    std::map<std::string, std::string, std::less<>> dated_;       ///< table → column
};

/// A filling of a service's read model, as whoever makes the service may want to know it.
struct Filling {
    std::string name;       ///< of the service as it was added, or of the rebuild (`--into`)
    std::string effective;  ///< YYYY-MM-DD, of a rebuild that keeps what is older; empty: none
};

/// Makes the service for a filling: the rules by which it counts may depend on it.
using ServiceOf = std::function<Service(const Filling&)>;

}  // namespace sluice
