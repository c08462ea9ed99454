#include "project/jq_engine.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <sys/mman.h>
#include <unistd.h>
#include <utility>
#include <vector>

extern "C" {
#include <jq.h>
#include <jv.h>
}

namespace sluice::project::jq {

namespace {

/// By what it is compiled to; what people write, where that is another.
constexpr std::array<std::pair<std::string_view, std::string_view>, 15> kForbidden{
    {{"_input", "input"},
     {"input", "input"},
     {"debug", "debug"},
     {"stderr", "stderr"},
     {"input_filename", "input_filename"},
     {"input_line_number", "input_line_number"},
     {"now", "now"},
     {"localtime", "localtime"},
     {"strflocaltime", "strflocaltime"},
     {"halt", "halt"},
     {"halt_error", "halt_error"},
     {"env", "env"},
     {"get_search_list", "get_search_list"},
     {"modulemeta", "modulemeta"},
     {"get_prog_origin", "get_prog_origin"}}};

/// A value of libjq's, let go at the end. Its functions take what they are given: copy before.
class Value {
public:
    explicit Value(jv value) : value_{value} {}

    ~Value() { jv_free(value_); }

    Value(const Value&) = delete;
    Value& operator=(const Value&) = delete;

    [[nodiscard]] jv copy() const { return jv_copy(value_); }

    [[nodiscard]] bool is_valid() const { return jv_get_kind(value_) != JV_KIND_INVALID; }

    [[nodiscard]] bool has_message() const { return jv_invalid_has_msg(copy()) != 0; }

private:
    jv value_;
};

/// A string as it is, anything else as JSON.
std::string taken_text(jv taken) {
    const bool is_string = jv_get_kind(taken) == JV_KIND_STRING;
    const jv text = is_string ? taken : jv_dump_string(taken, 0);
    const auto bytes = static_cast<std::size_t>(jv_string_length_bytes(jv_copy(text)));
    std::string out{jv_string_value(text), bytes};
    jv_free(text);
    return out;
}

/// One line, and not the data itself.
std::string message_of(const Value& invalid) {
    constexpr std::size_t bytes_max = 500;
    std::string text = taken_text(jv_invalid_get_msg(invalid.copy()));
    std::replace(text.begin(), text.end(), '\n', ' ');
    if (text.size() > bytes_max) text.resize(bytes_max);
    return text;
}

/// libjq tells what is wrong with a program by a call.
void collect(void* into, jv message) {
    auto& lines = *static_cast<std::string*>(into);
    if (!lines.empty()) lines += "; ";
    lines += taken_text(message);
}

/// "jq: error: syntax error, … at <top-level>, line 1:\n.a b" on one line, without the program.
std::string readable(std::string text) {
    constexpr std::string_view prefix = "jq: error: ";
    for (std::size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix)) {
        text.erase(at, prefix.size());
    }
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text;
}

/// What it prints of a program it prints to stdout: into a file in memory, then.
std::string disassembly(jq_state* state) {
    std::string text;
    const int memory = ::memfd_create("jq", MFD_CLOEXEC);
    const int kept = ::dup(STDOUT_FILENO);
    std::fflush(stdout);
    if (memory < 0 || ::dup2(memory, STDOUT_FILENO) < 0) return "CALL_BUILTIN (not readable)";
    jq_dump_disassembly(state, 0);
    std::fflush(stdout);
    if (kept >= 0) {
        ::dup2(kept, STDOUT_FILENO);
        ::close(kept);
    } else {
        ::close(STDOUT_FILENO);
    }
    ::lseek(memory, 0, SEEK_SET);
    std::array<char, 4096> block{};
    for (ssize_t got = 0; (got = ::read(memory, block.data(), block.size())) > 0;) {
        text.append(block.data(), static_cast<std::size_t>(got));
    }
    ::close(memory);
    return text;
}

}  // namespace

void Engine::Closer::operator()(jq_state* state) const noexcept {
    jq_teardown(&state);
}

std::string forbidden_in(std::string_view text) {
    std::vector<std::string_view> found;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        line.remove_prefix(std::min(line.find_first_not_of(" 0123456789"), line.size()));
        constexpr std::string_view call = "CALL_BUILTIN ";
        if (!line.starts_with(call)) continue;
        line.remove_prefix(call.size());
        for (const auto& [builtin, name] : kForbidden) {
            const bool named = line.substr(0, line.find(' ')) == builtin;
            if (named && std::find(found.begin(), found.end(), name) == found.end()) {
                found.push_back(name);
            }
        }
    }
    return fmt::format("{}", fmt::join(found, ", "));
}

Result<Engine::State> Engine::compiled(const std::string& program, std::string_view tables) {
    State state{jq_init()};
    if (state == nullptr) return Error{ErrorCode::kUnavailable, "libjq did not start"};
    // Without these it ends the process at an `import`; with them it finds no module.
    jq_set_attr(state.get(), jv_string("JQ_LIBRARY_PATH"), jv_array());
    jq_set_attr(state.get(), jv_string("JQ_ORIGIN"), jv_string("/nowhere"));
    jq_set_attr(state.get(), jv_string("PROGRAM_ORIGIN"), jv_string("/nowhere"));
    const jv value = jv_parse_sized(tables.data(), static_cast<int>(tables.size()));
    if (jv_get_kind(value) == JV_KIND_INVALID) {
        jv_free(value);
        return Error{ErrorCode::kBadConfig, "$tables: not JSON"};
    }
    std::string told;
    jq_set_error_cb(state.get(), collect, &told);
    const jv arguments = jv_object_set(jv_object(), jv_string("tables"), value);
    const bool done = jq_compile_args(state.get(), program.c_str(), arguments) != 0;
    jq_set_error_cb(state.get(), nullptr, nullptr);
    if (!done) return Error{ErrorCode::kBadConfig, readable(std::move(told))};
    return state;
}

Result<Engine> Engine::compile(const std::string& program, std::string_view tables) {
    constexpr std::string_view why = "a program sees its input and nothing else";
    // The environment is put in place while it is compiled and leaves no call behind.
    if (program.find("$ENV") != std::string::npos) {
        return Error{ErrorCode::kBadConfig, fmt::format("$ENV is not for use here: {}", why)};
    }
    auto state = compiled(program, "{}");  // tables call nothing, and would fill what is looked at
    if (!state) return state.error();
    const std::string forbidden = forbidden_in(disassembly(state.value().get()));
    if (!forbidden.empty()) {
        return Error{
            ErrorCode::kBadConfig, fmt::format("{} is not for use here: {}", forbidden, why)};
    }
    if (tables != "{}" && program.find("$tables") != std::string::npos) {
        state = compiled(program, tables);
        if (!state) return state.error();
    }
    return Engine{std::move(state).value()};
}

Result<std::string> Engine::run(std::string_view data) {
    const auto failed = [](std::string_view what) {
        return Error{ErrorCode::kInvalidEvent, std::string{what}};
    };
    const Value input{jv_parse_sized(data.data(), static_cast<int>(data.size()))};
    if (!input.is_valid()) {
        return failed(input.has_message() ? "data: " + message_of(input) : "data: no JSON value");
    }
    jq_start(state_.get(), input.copy(), 0);
    const Value value{jq_next(state_.get())};
    if (!value.is_valid()) {
        return failed(value.has_message() ? message_of(value) : "the program gives no value");
    }
    const Value second{jq_next(state_.get())};
    if (second.is_valid()) return failed("the program gives more than one value");
    if (second.has_message()) return failed(message_of(second));
    return taken_text(jv_dump_string(value.copy(), 0));
}

}  // namespace sluice::project::jq
