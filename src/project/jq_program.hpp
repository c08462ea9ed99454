#pragma once

#include <sluice/result.hpp>

#include "project/jq_process.hpp"

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::project {

/// A jq program that makes one JSON value of another, in a process of its own: what ends that
/// process, or keeps it busy for too long, costs one event and no more.
/// Threads:  one at a time.
/// Failure:  of the program at one event: an answer, with the program's own message. A process that
///           ends or does not answer is started anew, and the event that it was at is tried once
///           more before it is to blame. `run` fails as a whole only when no process can be had.
/// Limits:   `event_timeout` an event; memory and files as jq_worker.cpp has them.
class JqProgram {
public:
    struct Options {
        std::vector<std::string> worker{"/proc/self/exe", "jq-worker"};  ///< jq::run_worker
        std::chrono::milliseconds event_timeout{1'000};
        std::chrono::milliseconds start_timeout{10'000};  ///< to start it and compile
    };

    static constexpr std::size_t kProgramBytesMax = std::size_t{64} << 10;

    /// kBadConfig: what is wrong with the program, as jq says it, or what it may not use.
    /// kUnavailable: no process can be started.
    [[nodiscard]] static Result<JqProgram> open(std::string program, Options options);

    [[nodiscard]] static Result<JqProgram> open(std::string program) {
        return open(std::move(program), Options{});
    }

    /// An answer for each, in their order. kUnavailable: none of them was tried to the end.
    [[nodiscard]] Result<std::vector<Result<std::string>>> run(std::span<const std::string_view> all
    );

private:
    JqProgram(std::string program, Options options)
        : program_{std::move(program)},
          options_{std::move(options)} {}

    [[nodiscard]] Status start();
    void run_from(std::span<const std::string_view> all, std::vector<Result<std::string>>& answers);

    std::string program_;
    Options options_;
    std::optional<jq::Process> process_;  ///< none: to be started anew
    std::string last_end_;                ///< why there is none
};

}  // namespace sluice::project
