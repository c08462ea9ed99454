#pragma once

#include <sluice/result.hpp>

#include "log/kafka/handles.hpp"
#include "log/log.hpp"

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

namespace sluice::log::kafka {

/// The time that one lease of this process holds its homes.
/// Threads: `turn` is held during a step; the rest any.
struct Tenure {
    std::vector<HomeId> homes;
    std::uint64_t slot{};       ///< names the transactional id among those of this process
    GroupMetadataHandle group;  ///< as it was when the homes were given: a later one must not pass
    std::mutex turn;

    /// After it, and after the step that is under way, nothing more is written.
    void end() noexcept { over_.store(true); }

    /// The copies of the homes' state are as the last owner left them.
    void note_restored() noexcept { restored_.store(true); }

    [[nodiscard]] bool is_restored() const noexcept { return restored_.load(); }

    [[nodiscard]] Status check() const {
        if (!over_.load()) return ok();
        return Error{
            ErrorCode::kFenced,
            "the homes of this lease were taken: nothing was written; take them anew"};
    }

private:
    std::atomic<bool> over_{false};
    std::atomic<bool> restored_{false};
};

}  // namespace sluice::log::kafka
