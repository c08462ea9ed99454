#pragma once

#include <sluice/result.hpp>

#include "project/jq_programs.hpp"

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::project {

/// A jq program that makes one JSON value of another: JqPrograms, of one.
/// Threads, failure, limits: as theirs.
class JqProgram {
public:
    using Options = JqPrograms::Options;

    static constexpr std::size_t kProgramBytesMax = JqPrograms::kProgramBytesMax;

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
    explicit JqProgram(JqPrograms programs) : programs_{std::move(programs)} {}

    JqPrograms programs_;
};

}  // namespace sluice::project
