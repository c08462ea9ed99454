#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace sluice {

/// What went wrong, as far as a caller acts on it. Texts say the rest: what, where, what to do.
enum class ErrorCode : std::uint8_t {
    kInvalidArgument,  ///< the caller's value is off; the same call cannot succeed
    kInvalidEvent,     ///< not a CloudEvents 1.0 event, or against its contract
    kTooLarge,         ///< beyond a stated limit; nothing was kept
    kNotFound,
    kAlreadyExists,
    kConflict,  ///< against what is there already (a topic with other partitions, a used position)
    kUnavailable,  ///< now not; the same call may succeed later
    kFenced,       ///< another owner has taken over; stop and take over anew
    kFull,         ///< disk or backlog is full; nothing was kept
    kCorrupt,      ///< stored data is damaged; nothing was changed
    kIo,           ///< the disk or the network failed; the process must not go on as if not
    kBadConfig,    ///< configuration or contract; fix the file and start again
    kCancelled,    ///< stopped on request
    kUnsupported,
};

[[nodiscard]] std::string_view to_string(ErrorCode code) noexcept;

/// An expected failure, as a value. `message` is one line for a person.
struct Error {
    ErrorCode code{};
    std::string message;

    /// The same error with the place in front: "channels/order: no such topic".
    [[nodiscard]] Error at(std::string_view place) const {
        return Error{code, std::string{place} + ": " + message};
    }

    bool operator==(const Error&) const = default;
};

namespace detail {
[[noreturn]] inline void result_misused(const char* what) noexcept {
    static_cast<void>(std::fprintf(stderr, "sluice: Result misused: %s\n", what));
    std::abort();
}
}  // namespace detail

/// A value or an Error; it cannot be dropped. Member names are those of std::expected, which GCC 12
/// has not. Asking for the side that is not there is our bug and ends the process.
template <class T>
class [[nodiscard]] Result {
public:
    // NOLINTNEXTLINE(google-explicit-constructor): `return value;` must read as such
    Result(T value) : state_{std::in_place_index<0>, std::move(value)} {}

    // NOLINTNEXTLINE(google-explicit-constructor): `return Error{...};` must read as such
    Result(Error error) : state_{std::in_place_index<1>, std::move(error)} {}

    [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }

    explicit operator bool() const noexcept { return has_value(); }

    [[nodiscard]] T& value() & {
        require(has_value(), "value() of an error");
        return *std::get_if<0>(&state_);
    }

    [[nodiscard]] const T& value() const& {
        require(has_value(), "value() of an error");
        return *std::get_if<0>(&state_);
    }

    [[nodiscard]] T value() && {
        require(has_value(), "value() of an error");
        return std::move(*std::get_if<0>(&state_));
    }

    [[nodiscard]] const Error& error() const {
        require(!has_value(), "error() of a value");
        return *std::get_if<1>(&state_);
    }

    T& operator*() & { return value(); }

    const T& operator*() const& { return value(); }

    T* operator->() { return &value(); }

    const T* operator->() const { return &value(); }

private:
    static void require(bool holds, const char* what) noexcept {
        if (!holds) detail::result_misused(what);
    }

    std::variant<T, Error> state_;
};

using Done = std::monostate;
using Status = Result<Done>;

[[nodiscard]] inline Status ok() {
    return Status{Done{}};
}

}  // namespace sluice
