#include "saga/pause.hpp"

#include "base/hash.hpp"

#include <algorithm>
#include <string>

namespace sluice::saga {

Milliseconds pause_before(
    const Instance& instance, const CommandSpec& command, std::optional<Milliseconds> after
) {
    Milliseconds wait = command.wait_first;
    for (std::uint32_t attempt = 1; attempt < instance.attempts && wait < command.wait_max;
         ++attempt) {
        wait *= 2;
    }
    wait = std::min(wait, command.wait_max);
    const std::uint64_t draw = hash64({
        instance.id,
        std::to_string(instance.at),
        std::to_string(instance.attempts),
    });
    const auto quarter = static_cast<std::uint64_t>(wait.count() / 4);
    wait -= Milliseconds{static_cast<std::int64_t>(draw % (quarter + 1))};
    if (after && *after > wait) wait = std::min(*after, command.wait_max);
    return wait;
}

}  // namespace sluice::saga
