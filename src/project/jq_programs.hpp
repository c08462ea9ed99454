#pragma once

#include <sluice/result.hpp>

#include "project/jq_process.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::project {

/// jq programs, each of which makes one JSON value of another, in a process of their own: what ends
/// that process, or keeps it busy for too long, costs one event and no more. They are compiled
/// once; a value may go through several, one after another.
/// Threads:  one at a time.
/// Failure:  of a program at one event: an answer, with the program's name and its own message. A
///           process that ends or does not answer is started anew, and the event that it was at is
///           tried once more before it is to blame. `run` fails as a whole only when no process can
///           be had.
/// Limits:   `kProgramsMax` programs, `event_timeout` an event; memory and files as jq_worker.cpp
///           has them.
class JqPrograms {
public:
    struct Options {
        std::vector<std::string> worker{"/proc/self/exe", "jq-worker"};  ///< jq::run_worker
        std::chrono::milliseconds event_timeout{1'000};
        std::chrono::milliseconds start_timeout{10'000};  ///< to start it and compile
    };

    struct Program {
        std::string name;   ///< in front of what it says of an event; empty: nothing
        std::string place;  ///< in front of what is wrong with it: a file and line; empty: nothing
        std::string text;
    };

    /// A value on its way through `count` programs, from the one with this number on.
    struct Job {
        std::uint16_t first{0};
        std::uint16_t count{1};
        std::string_view data;
    };

    static constexpr std::size_t kProgramsMax = 10'000;
    static constexpr std::size_t kProgramBytesMax = std::size_t{64} << 10;

    /// `tables`: JSON, what `$tables` is in each of them.
    /// kBadConfig: what is wrong with a program, as jq says it, or what it may not use.
    /// kUnavailable: no process can be started.
    [[nodiscard]] static Result<JqPrograms> open(
        std::vector<Program> programs, std::string tables, Options options
    );

    /// An answer for each, in their order. kUnavailable: none of them was tried to the end.
    [[nodiscard]] Result<std::vector<Result<std::string>>> run(std::span<const Job> jobs);

private:
    JqPrograms(std::vector<Program> programs, std::string tables, Options options)
        : programs_{std::move(programs)},
          tables_{std::move(tables)},
          options_{std::move(options)} {}

    [[nodiscard]] Status start();
    void run_from(std::span<const Job> jobs, std::vector<Result<std::string>>& answers);
    [[nodiscard]] Error failure_of(std::size_t program, std::string_view why) const;

    std::vector<Program> programs_;
    std::string tables_;
    Options options_;
    std::optional<jq::Process> process_;  ///< none: to be started anew
    std::string last_end_;                ///< why there is none
};

}  // namespace sluice::project
