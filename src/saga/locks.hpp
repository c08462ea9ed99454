#pragma once

#include "saga/definition.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::saga {

/// "cart/member-17": a lock of a definition on a subject.
struct LockKey {
    std::string lock;
    std::string subject;

    auto operator<=>(const LockKey&) const = default;
};

enum class LockAnswer : std::uint8_t {
    kYours,    ///< and was so before, if it is asked twice
    kQueued,   ///< `give_back` will name it
    kRefused,  ///< another saga has it
    kFull,     ///< another has it, and as many as may already wait
};

/// Which saga has which lock, and who is next. Not stored: it follows from the sagas, each of which
/// has its lock from its start to its end (`restore_*`, in any order).
/// Threads:  one at a time.
/// Limits:   `waiting_max` sagas in line for one lock; beyond it kFull.
class Locks {
public:
    explicit Locks(std::size_t waiting_max) : waiting_max_{waiting_max} {}

    [[nodiscard]] LockAnswer take(
        const LockKey& key, const std::string& saga, std::uint64_t ticket, LockRule rule
    );

    /// The saga has ended, or waits no more. Answers the one whose turn it is now, if it had the
    /// lock and somebody waits.
    std::optional<std::string> give_back(const LockKey& key, std::string_view saga);

    /// A saga that is under way, or was in line.
    void restore_holder(const LockKey& key, std::string saga);
    void restore_waiting(const LockKey& key, std::string saga, std::uint64_t ticket);

    /// After restoring: the next in line of a lock that nobody has (its holder's end was stored,
    /// and its own start was not). Repeat until nothing is left.
    [[nodiscard]] std::optional<std::string> next_without_holder();

    [[nodiscard]] const std::string* holder(const LockKey& key) const;

    [[nodiscard]] std::size_t size() const { return lines_.size(); }

    bool operator==(const Locks&) const = default;

private:
    struct Line {
        std::string holder;  ///< empty only between restoring and `next_without_holder`
        std::map<std::uint64_t, std::string> waiting;  ///< by ticket

        bool operator==(const Line&) const = default;
    };

    std::size_t waiting_max_;
    std::map<LockKey, Line> lines_;
};

}  // namespace sluice::saga
