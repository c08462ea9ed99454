#pragma once

#include <sluice/result.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::rebuild {

/// Where a generation of a read model stands. Stored: never renumber.
enum class Phase : std::uint8_t {
    kFilling = 1,  ///< reads its history
    kReady = 2,    ///< has been at the head of the ordered topic, and stays near it
    kLive = 3,     ///< readers get it, and side effects are its own
    kKept = 4,     ///< was live; is fed on, so that one can go back to it
    kDropped = 5,  ///< gone, with its rows and its progress; its name is never used again
};

/// "filling", "ready", …
[[nodiscard]] std::string_view to_string(Phase phase);

[[nodiscard]] Result<Phase> phase_of(std::int64_t stored);

/// One filling of a subscription's read model, under a name of its own.
struct Generation {
    std::string name;
    Phase phase{Phase::kFilling};

    bool operator==(const Generation&) const = default;
};

/// The generations of one read model, and what may become of each. Exactly one is live, always. A
/// value: a transition that is refused has changed nothing, and says why and what to do.
///
///     begin ─► filling ─► ready ─► live ◄─► kept        drop: from any of them but live
///
/// Threads:  one at a time.
/// Limits:   `kFedMax` generations are fed at a time, the live one among them; `begin` refuses
/// more.
class Generations {
public:
    static constexpr std::size_t kFedMax = 4;

    /// The first one is live, and needs no rebuild.
    explicit Generations(std::string first) { all_.push_back({std::move(first), Phase::kLive}); }

    /// From what is stored. kCorrupt unless exactly one is live and no name is there twice.
    [[nodiscard]] static Result<Generations> restore(std::vector<Generation> all);

    [[nodiscard]] Status begin(std::string name);
    [[nodiscard]] Status filled(std::string_view name);
    [[nodiscard]] Status switch_to(std::string_view name);
    [[nodiscard]] Status drop(std::string_view name);

    [[nodiscard]] const Generation& live() const;
    [[nodiscard]] const Generation* find(std::string_view name) const;

    [[nodiscard]] const std::vector<Generation>& all() const { return all_; }

private:
    Generations() = default;

    [[nodiscard]] Generation* one_to_change(std::string_view name);

    std::vector<Generation> all_;  ///< in the order in which they began
};

}  // namespace sluice::rebuild
