#pragma once

#include <sluice/time.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace sluice::outbox {

/// What whoever was sent a row says about it.
enum class Verdict : std::uint8_t {
    kTaken,    ///< it is kept there: the row may go
    kRefused,  ///< it will never be taken as it is
    kLater,    ///< not now, which says nothing about the row
};

struct Answer {
    Verdict verdict{};
    std::string reason{};  ///< unless it was taken
};

/// Nothing is known about the rows of a request: they stay, and are sent again.
struct Failure {
    enum class Scope : std::uint8_t {
        kAll,      ///< nobody answers, or is busy: nothing is sent for a while
        kDomain,   ///< the domain is not there: nothing of it is sent for a while
        kRequest,  ///< this very request cannot be taken: the next one is smaller
    };

    Scope scope{};
    std::string reason;
    std::optional<Milliseconds> after{};  ///< a wait that was asked for
};

/// One answer per row, in their order, or none for all of them.
using Outcome = std::variant<std::vector<Answer>, Failure>;

}  // namespace sluice::outbox
