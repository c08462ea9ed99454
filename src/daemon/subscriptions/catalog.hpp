#pragma once

#include <sluice/result.hpp>

#include "daemon/subscriptions/change.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::daemon {

/// Which subscriptions exist after a sequence of changes. Whoever folds the same records has the
/// same, and the same answer for each of them: two who wanted one name at once need nobody to
/// judge between them.
/// Threads:  one at a time.
/// Failure:  a change that does not hold is refused, and changes nothing.
/// Limits:   `kSubscriptionsMax`.
class Catalog {
public:
    static constexpr std::size_t kSubscriptionsMax = 1'000;

    struct Entry {
        std::string name;
        std::string domain;
        Json definition;
        std::vector<Offset> begin;
        std::uint64_t life{};      ///< another for each creation of that name; rises
        std::uint64_t revision{};  ///< another after each change
        std::string by;            ///< who changed it last, and why
        std::string reason;
        Instant created{};
        Instant changed{};
    };

    struct Ended {
        std::string domain;
        std::uint64_t life{};
    };

    using Entries = std::map<std::string, Entry, std::less<>>;

    /// The record at `at`, in the order of the topic. kAlreadyExists, kNotFound, kConflict: it does
    /// not count, and why.
    [[nodiscard]] Status apply(Offset at, const Change& change);

    [[nodiscard]] const Entries& entries() const { return entries_; }

    /// Null: there is none.
    [[nodiscard]] const Entry* find(std::string_view name) const;

    /// Of names that were deleted, each its last life.
    [[nodiscard]] const std::map<std::string, Ended, std::less<>>& ended() const { return ended_; }

private:
    [[nodiscard]] Status create(std::uint64_t revision, const Change& change);

    Entries entries_;
    std::map<std::string, Ended, std::less<>> ended_;
};

}  // namespace sluice::daemon
