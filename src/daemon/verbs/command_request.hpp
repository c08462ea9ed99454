#pragma once

#include <sluice/result.hpp>

#include "base/ids.hpp"
#include "daemon/render/json.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::daemon {

/// A command as an operator gives it: by the API's JSON or the command line. Texts that are empty
/// were not given.
struct CommandRequest {
    std::string verb;
    std::string domain;                 ///< may be left out where there is one
    std::string subscription;           ///< of a verb about what it does not handle
    std::string subject;                ///< pause, resume: empty is all of the subscription
    std::string missing;                ///< skip: the line of `why` that is given up
    std::string event;                  ///< the id of the event that is meant
    std::string source;                 ///< its source, where ids of two are alike
    std::string winner;                 ///< settle: "first" or "newcomer"
    std::optional<Offset> offset;       ///< of a record aside
    std::string copy;                   ///< repair, edit: the edited event, as JSON text
    std::string cause;                  ///< instead of a subject: of all that stand for this cause
    std::string type;                   ///< with a cause: at an event of this type
    std::optional<std::uint64_t> rate;  ///< redrive: subjects a second; nothing: all at once
    std::string reason;
    std::string by;
    std::string id;    ///< Idempotency-Key; empty: one is made
    std::string view;  ///< what a preview answered; empty: whatever is there now

    bool operator==(const CommandRequest&) const = default;
};

inline constexpr std::uint64_t kRateMax = 1'000'000;
inline constexpr std::size_t kReasonBytesMax = 500;
inline constexpr std::size_t kNameBytesMax = 100;  ///< who, and ids

/// Failure: kInvalidArgument names the member that is missing, unknown or not for this verb, and
/// what is allowed.
[[nodiscard]] Result<CommandRequest> parse_command(const std::string& body);

/// The same checks on a request that was made otherwise.
[[nodiscard]] Status check_command(const CommandRequest& request);

/// What parse_command reads back.
[[nodiscard]] Json command_json(const CommandRequest& request);

/// "skip", "release", …; those about a subscription, or about what waits before the ordered topic.
[[nodiscard]] std::vector<std::string_view> command_verbs(bool of_subscription);

}  // namespace sluice::daemon
