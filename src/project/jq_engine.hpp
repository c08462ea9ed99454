#pragma once

#include <sluice/result.hpp>

#include <memory>
#include <string>
#include <string_view>

struct jq_state;

namespace sluice::project::jq {

/// A jq program in libjq, for a process that may end at any event: libjq 1.6 ends it on some
/// programs and inputs, and a program may run for ever. Only jq_worker.cpp uses it.
/// Threads:  one. stdout is used while it compiles.
/// Failure:  kBadConfig when the program is wrong, or no function of its input: `input`, `debug`,
///           `now`, `env` and their like are refused by what it is compiled to.
class Engine {
public:
    /// `tables`: JSON, what `$tables` is in the program.
    [[nodiscard]] static Result<Engine> compile(
        const std::string& program, std::string_view tables = "{}"
    );

    /// The one value that the program makes of the data, on one line. kInvalidEvent: the data is
    /// not JSON, the program's own error, or not exactly one value.
    [[nodiscard]] Result<std::string> run(std::string_view data);

private:
    struct Closer {
        void operator()(jq_state* state) const noexcept;
    };

    using State = std::unique_ptr<jq_state, Closer>;

    explicit Engine(State state) : state_{std::move(state)} {}

    [[nodiscard]] static Result<State> compiled(
        const std::string& program, std::string_view tables
    );

    State state_;
};

/// Of a program's disassembly, the builtins that are no function of its input, for people; empty:
/// there is none.
[[nodiscard]] std::string forbidden_in(std::string_view disassembly);

}  // namespace sluice::project::jq
