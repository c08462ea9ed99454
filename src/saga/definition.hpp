#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::saga {

/// How a command reaches its service.
enum class Via : std::uint8_t {
    kEvent,  ///< an event of the type `to`, whose id is the command's key
    kHttp,   ///< POST to the URL `to`, with the key as Idempotency-Key
};

/// A command, how long its answer may take, and how often it is sent: first at once, then after
/// `wait_first`, twice that, and so on up to `wait_max`, always with the same key.
struct CommandSpec {
    Via via{Via::kEvent};
    std::string to;
    Milliseconds answer_within{30'000};  ///< 1 ms to 7 days
    std::uint32_t attempts_max{10};      ///< 1 to 1,000
    Milliseconds wait_first{1'000};      ///< 1 ms to `wait_max`
    Milliseconds wait_max{60'000};       ///< up to 1 day

    bool operator==(const CommandSpec&) const = default;
};

/// A step, and what takes it back. Steps before the pivot, and all of them where there is none,
/// have an `undo` or say that there is nothing to undo; the pivot and what follows it have none.
struct StepSpec {
    std::string name;  ///< 1 to 64 of [a-z0-9-], a letter first; unique
    CommandSpec command;
    std::optional<CommandSpec> undo;
    bool nothing_to_undo{false};  ///< "undo: none": a question, or a note that harms nobody
    bool pivot{false};            ///< once it is done, the saga goes only forward; at most one

    bool operator==(const StepSpec&) const = default;
};

/// What happens to a saga whose lock another one has.
enum class LockRule : std::uint8_t {
    kRefuse,  ///< it does not begin
    kWait,    ///< it begins when its turn comes
};

/// One saga at a time for each subject, among all definitions that name the same lock: from its
/// start to its end. A row in the sagas' own state; no service holds anything for it.
struct LockSpec {
    std::string name;  ///< as a step's
    LockRule rule{LockRule::kRefuse};

    bool operator==(const LockSpec&) const = default;
};

/// What a saga does, in order. A value; nothing in it changes while instances of it live: another
/// behaviour is another version.
struct Definition {
    static constexpr std::size_t kStepsMax = 32;
    static constexpr std::size_t kNameMax = 64;

    std::string name;             ///< as a step's
    std::uint32_t version{1};     ///< from 1
    std::vector<StepSpec> steps;  ///< 1 to kStepsMax
    std::optional<LockSpec> lock;
    std::size_t input_bytes_max{std::size_t{64} << 10};   ///< more: it is refused at its start
    std::size_t result_bytes_max{std::size_t{16} << 10};  ///< per step; what is beyond is cut

    /// kBadConfig names the step, what is wrong with it, and what to do.
    [[nodiscard]] Status validate() const;

    /// That of one step by itself, its place before or behind the pivot included.
    [[nodiscard]] Status validate_step(std::size_t at) const;

    [[nodiscard]] std::optional<std::size_t> pivot() const;

    [[nodiscard]] std::optional<std::size_t> index_of(std::string_view step) const;

    bool operator==(const Definition&) const = default;
};

/// A hash of everything that decides what an instance does next: names, order, pivot, which steps
/// can be undone, and the lock; not of addresses and times, which may be tuned under living
/// instances. Stored: never change it.
[[nodiscard]] std::uint64_t shape_of(const Definition& definition);

/// 1 to kNameMax of [a-z0-9-], a letter first.
[[nodiscard]] bool is_name(std::string_view text);

}  // namespace sluice::saga
