#include "saga/definition.hpp"

#include "base/bytes.hpp"
#include "base/hash.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace sluice::saga {

namespace {

constexpr Milliseconds kAnswerWithinMax = std::chrono::hours{24 * 7};
constexpr Milliseconds kWaitMax = std::chrono::hours{24};
constexpr std::uint32_t kAttemptsMax = 1'000;
constexpr std::size_t kInputBytesMax = std::size_t{512} << 10;
constexpr std::size_t kResultBytesMax = std::size_t{64} << 10;
constexpr std::size_t kToMax = 2'048;

Error bad(std::string_view where, std::string_view what) {
    return Error{ErrorCode::kBadConfig, fmt::format("{}: {}", where, what)};
}

Status check_to(std::string_view where, const CommandSpec& command) {
    if (command.to.empty() || command.to.size() > kToMax) {
        return bad(where, fmt::format("says to nobody: an event type or a URL, up to {}", kToMax));
    }
    const std::string_view to = command.to;
    const bool url = to.starts_with("http://") || to.starts_with("https://");
    if (command.via == Via::kHttp && !url) {
        return bad(where, fmt::format("{} is no http or https URL", to));
    }
    if (command.via == Via::kEvent && url) {
        return bad(where, fmt::format("{} is a URL, not an event type; say http instead", to));
    }
    return ok();
}

Status check_command(std::string_view where, const CommandSpec& command) {
    if (Status to = check_to(where, command); !to) return to;
    if (command.answer_within < Milliseconds{1} || command.answer_within > kAnswerWithinMax) {
        return bad(
            where, fmt::format("answer within {} ms: 1 ms to 7 days", command.answer_within.count())
        );
    }
    if (command.attempts_max < 1 || command.attempts_max > kAttemptsMax) {
        return bad(
            where, fmt::format("{} attempts: 1 to {} may be", command.attempts_max, kAttemptsMax)
        );
    }
    if (command.wait_max < Milliseconds{1} || command.wait_max > kWaitMax) {
        return bad(
            where, fmt::format("waits up to {} ms: 1 ms to 1 day", command.wait_max.count())
        );
    }
    if (command.wait_first < Milliseconds{1} || command.wait_first > command.wait_max) {
        return bad(
            where,
            fmt::format(
                "waits {} ms first: 1 to {} ms, its longest wait",
                command.wait_first.count(),
                command.wait_max.count()
            )
        );
    }
    return ok();
}

/// Whether what a step says of its undoing fits where it stands.
Status check_undo(std::string_view where, const StepSpec& step, bool goes_back) {
    const bool says_so = step.undo.has_value() || step.nothing_to_undo;
    if (step.undo && step.nothing_to_undo) {
        return bad(where, "has an undo and says that there is none: choose one");
    }
    if (goes_back && !says_so) {
        return bad(
            where,
            "can be taken back, so it needs an undo; if nothing is to be undone, "
            "say undo: none"
        );
    }
    if (!goes_back && says_so) {
        return bad(
            where,
            "is the pivot or follows it, where nothing is taken back: leave its "
            "undo out, or move the pivot"
        );
    }
    return step.undo ? check_command(fmt::format("{}, undo", where), *step.undo) : ok();
}

Status check_names(const Definition& definition) {
    if (!is_name(definition.name)) {
        return bad(
            fmt::format("saga \"{}\"", definition.name),
            "a name is 1 to 64 of a-z, 0-9 and -, a letter first"
        );
    }
    const std::string where = fmt::format("saga {}", definition.name);
    std::set<std::string_view> names;
    std::string_view pivot;
    for (const StepSpec& step : definition.steps) {
        if (!is_name(step.name)) {
            return bad(
                fmt::format("{}, step \"{}\"", where, step.name),
                "a name is 1 to 64 of a-z, 0-9 and -, a letter first"
            );
        }
        if (!names.insert(step.name).second) {
            return bad(where, fmt::format("two steps are named {}: rename one", step.name));
        }
        if (!step.pivot) continue;
        if (!pivot.empty()) {
            return bad(where, fmt::format("{} and {} are pivots: one may be", pivot, step.name));
        }
        pivot = step.name;
    }
    if (definition.lock && !is_name(definition.lock->name)) {
        return bad(
            fmt::format("{}, lock \"{}\"", where, definition.lock->name),
            "a name is 1 to 64 of a-z, 0-9 and -, a letter first"
        );
    }
    return ok();
}

}  // namespace

bool is_name(std::string_view text) {
    const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
    const auto allowed = [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '-'; };
    return !text.empty() && text.size() <= Definition::kNameMax && letter(text.front()) &&
           std::all_of(text.begin(), text.end(), allowed);
}

Status Definition::validate() const {
    if (Status names = check_names(*this); !names) return names;
    const std::string where = fmt::format("saga {}", name);
    if (version == 0) return bad(where, "version 0: versions count from 1");
    if (steps.empty() || steps.size() > kStepsMax) {
        return bad(where, fmt::format("{} steps: 1 to {} may be", steps.size(), kStepsMax));
    }
    if (input_bytes_max < 1 || input_bytes_max > kInputBytesMax) {
        return bad(where, fmt::format("input up to {} bytes: 1 to 512 KiB", input_bytes_max));
    }
    if (result_bytes_max > kResultBytesMax) {
        return bad(where, fmt::format("results of {} bytes: at most 64 KiB", result_bytes_max));
    }
    for (std::size_t at = 0; at < steps.size(); ++at) {
        if (Status step = validate_step(at); !step) return step;
    }
    return ok();
}

Status Definition::validate_step(std::size_t at) const {
    const StepSpec& step = steps.at(at);
    const std::string where = fmt::format("saga {}, step {}", name, step.name);
    if (Status command = check_command(where, step.command); !command) return command;
    return check_undo(where, step, at < pivot().value_or(steps.size()));
}

std::optional<std::size_t> Definition::pivot() const {
    const auto found =
        std::find_if(steps.begin(), steps.end(), [](const StepSpec& step) { return step.pivot; });
    if (found == steps.end()) return std::nullopt;
    return static_cast<std::size_t>(found - steps.begin());
}

std::optional<std::size_t> Definition::index_of(std::string_view step) const {
    const auto found = std::find_if(steps.begin(), steps.end(), [&](const StepSpec& one) {
        return one.name == step;
    });
    if (found == steps.end()) return std::nullopt;
    return static_cast<std::size_t>(found - steps.begin());
}

std::uint64_t shape_of(const Definition& definition) {
    std::string text;
    ByteWriter writer{text};
    writer.bytes(definition.name);
    writer.bytes(definition.lock ? definition.lock->name : std::string{});
    writer.varint(definition.steps.size());
    for (const StepSpec& step : definition.steps) {
        writer.bytes(step.name);
        writer.u8(step.pivot ? 1 : 0);
        writer.u8(step.undo ? 1 : 0);
    }
    return hash64(text);
}

}  // namespace sluice::saga
