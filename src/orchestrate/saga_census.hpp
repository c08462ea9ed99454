#pragma once

#include "orchestrate/saga_book.hpp"
#include "saga/instance.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace sluice::orchestrate {

/// Where a saga that has not ended stands, as people count them.
enum class Standing : std::uint8_t { kWaiting, kForward, kBackward, kStuck };

inline constexpr std::array kStandings{
    Standing::kWaiting, Standing::kForward, Standing::kBackward, Standing::kStuck};

[[nodiscard]] std::string_view to_string(Standing standing);

/// Of a saga that has not ended.
[[nodiscard]] Standing standing_of(const saga::Instance& instance);

/// How many sagas stand where, and how they ended, by the names of their definitions. What is
/// counted is what is stored.
/// Threads:  one counts; any reads.
/// Limits:   a name for each definition of the book, and some 100 bytes for each open saga.
class SagaCensus {
public:
    using Counter = std::atomic<std::uint64_t>;

    struct Counts {
        std::array<Counter, kStandings.size()> open{};
        Counter done_total{0};
        Counter compensated_total{0};
        Counter commands_total{0};  ///< sent, each time it was

        [[nodiscard]] Counter& at(Standing standing) {
            return open[static_cast<std::size_t>(standing)];
        }

        [[nodiscard]] const Counter& at(Standing standing) const {
            return open[static_cast<std::size_t>(standing)];
        }
    };

    explicit SagaCensus(const SagaBook& book);

    /// What is open is read again from the log.
    void begin_anew();

    /// As it was stored.
    void count(const saga::Instance& instance);

    void count_command(const saga::Instance& instance);

    [[nodiscard]] const std::map<std::string, Counts, std::less<>>& counts() const {
        return counts_;
    }

private:
    [[nodiscard]] Counts& of(const saga::Instance& instance);

    std::map<std::string, Counts, std::less<>> counts_;   ///< its keys never change
    std::unordered_map<std::string, Standing> standing_;  ///< by id, of those that are open
};

}  // namespace sluice::orchestrate
