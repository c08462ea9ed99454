#pragma once

#include "deliver/sink.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sluice::sim {

struct Effect {
    Position position;
    std::string id;
};

/// A consumer's database: what its handlers did, and the inbox that stands in the same transaction.
/// Outlives every instance that writes to it.
struct Effects {
    struct Subject {
        std::vector<Effect> done;             ///< in the order in which it happened
        std::map<std::string, int> failures;  ///< calls that answered "retry", by id
    };

    std::unordered_map<std::string, Subject> subjects;
    std::uint64_t redelivered{0};
    std::vector<std::string> violations;  ///< a position reused, an event that breaks its contract
    std::uint64_t busy_calls{0};          ///< answered "not tried"
};

/// Writes effects as an inbox and its handler do in one transaction.
/// Threads: one.   Lifetime: the effects outlive it.
class EffectSink final : public deliver::Sink {
public:
    /// `only`: the type it wants; empty: all.
    EffectSink(Effects& effects, std::string only) : effects_{effects}, only_{std::move(only)} {}

    /// The next call finds the database busy.
    void be_busy() { busy_ = true; }

    [[nodiscard]] bool wants(std::string_view type) const override {
        return only_.empty() || type == only_;
    }

    [[nodiscard]] std::vector<dispatch::RunOutcome> deliver(std::span<const deliver::RunWork> runs
    ) override;

private:
    [[nodiscard]] dispatch::RunOutcome carry_out(const deliver::RunWork& run);

    Effects& effects_;
    std::string only_;
    bool busy_{false};
};

}  // namespace sluice::sim
