#pragma once

#include <sluice/result.hpp>

#include "base/clock.hpp"
#include "daemon/config/setup.hpp"
#include "daemon/logging/logger.hpp"
#include "daemon/operations/operations.hpp"
#include "daemon/render/json.hpp"
#include "daemon/subscriptions/change_book.hpp"
#include "daemon/subscriptions/definition.hpp"
#include "daemon/subscriptions/maker.hpp"
#include "runtime/engine/engine.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace sluice::daemon {

/// Who wants a change, why, and whether it is only to be looked at.
struct ChangeOrder {
    std::string by;
    std::string reason;
    bool check{false};  ///< nothing is written
    bool force{false};  ///< of a deletion: what is parked goes too
};

/// The subscriptions that were made by the API: what the log says of them, and the engine made so.
/// The fold says which there are (Catalog); this carries it out, here and in every other daemon on
/// the log.
/// Threads:  any, after `load`; one more of its own, from `start` to `stop`.
/// Lifetime: all that it is given outlives it.
/// Failure:  a definition that cannot be carried out stands: it keeps its place, and says why. It
///           stops nobody.
/// Limits:   as Catalog; another daemon's change is seen within `kLookEvery`.
class SubscriptionKeeper {
public:
    struct Context {
        log::Log& log;
        const Clock& clock;
        const Setup& setup;
        runtime::Engine& engine;
        Operations& operations;
        const SubscriptionMaker& maker;
        Logger& logger;
    };

    explicit SubscriptionKeeper(const Context& context);
    ~SubscriptionKeeper();
    SubscriptionKeeper(const SubscriptionKeeper&) = delete;
    SubscriptionKeeper& operator=(const SubscriptionKeeper&) = delete;

    /// What the log has, before the engine starts.
    Status load();

    void start();
    void stop() noexcept;

    /// All of them, those of sluice.yaml too; by name.
    [[nodiscard]] Result<Json> list();

    /// kNotFound names the nearest.
    [[nodiscard]] Result<Json> show(const std::string& name);

    /// Each answers the subscription as it is now; durable when it returns. kInvalidArgument: the
    /// definition is wrong, and where; kAlreadyExists, kConflict: it is not to be had so.
    [[nodiscard]] Result<Json> create(std::string_view body, const ChangeOrder& order);
    [[nodiscard]] Result<Json> replace(
        const std::string& name, std::string_view body, const ChangeOrder& order
    );

    /// Answers what goes with it. kConflict: it has parked events.
    [[nodiscard]] Result<Json> remove(const std::string& name, const ChangeOrder& order);

    /// Those that stood when it last looked, and why; waits for nobody.
    [[nodiscard]] std::vector<Operations::Standing> standing() const;

private:
    /// As the engine has it.
    struct Carried {
        std::string domain;
        std::uint64_t life{};
        std::uint64_t revision{};
        std::string problem{};  ///< why it stands; empty: it runs
        Instant since{};        ///< of the problem
        bool in_engine{false};
        std::chrono::steady_clock::time_point look_again{};
    };

    using Entry = Catalog::Entry;

    Status sync();
    void carry_out();
    void end_one(const std::string& name, const Catalog::Ended& ended);
    void run_one(const Entry& entry, Carried& carried);
    [[nodiscard]] Result<runtime::Subscription> make(const Entry& entry) const;
    [[nodiscard]] Status put(const Entry& entry, Carried& carried, runtime::Subscription made);
    [[nodiscard]] Surroundings around() const;
    [[nodiscard]] Result<SubscriptionConfig> read(std::string_view body) const;
    [[nodiscard]] Status may_begin(const SubscriptionConfig& one) const;
    [[nodiscard]] Result<std::vector<Offset>> begin_now(const SubscriptionConfig& one) const;
    [[nodiscard]] Result<const Entry*> changeable(const std::string& name) const;
    [[nodiscard]] Json shown(const Entry& entry) const;
    [[nodiscard]] static Json shown(const SubscriptionConfig& one);
    [[nodiscard]] Change change_of(
        ChangeAct act, const SubscriptionConfig& one, const ChangeOrder& order
    ) const;
    Status write(const Change& change);
    void note_standing();
    void follow(const std::stop_token& stop);

    Context context_;
    mutable std::mutex mutex_;  ///< of what follows
    ChangeBook book_;
    std::map<std::string, Carried, std::less<>> carried_;
    std::map<std::string, std::uint64_t, std::less<>> ended_;  ///< lives that were taken away
    mutable std::mutex standing_mutex_;
    std::vector<Operations::Standing> standing_;
    std::condition_variable_any wake_;
    std::jthread thread_;  ///< last: ends before what it uses
};

}  // namespace sluice::daemon
