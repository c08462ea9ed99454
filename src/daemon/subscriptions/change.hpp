#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include "base/ids.hpp"
#include "daemon/render/json.hpp"
#include "event/record.hpp"
#include "runtime/domain/topics.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::daemon {

using runtime::kSubscriptionsTopic;

enum class ChangeAct : std::uint8_t { kCreate, kReplace, kDelete };

/// What somebody wants of a subscription, as it is written (docs/formats/subscription-change.md).
/// Whether it counts, the fold says.
struct Change {
    ChangeAct act{ChangeAct::kCreate};
    std::string name;
    std::string domain;
    std::uint64_t revision{};   ///< kReplace, kDelete: of what it is about
    Json definition{};          ///< kCreate, kReplace: with the keys of sluice.yaml
    Json before{};              ///< kReplace, kDelete: what was there, for who reads the audit
    std::vector<Offset> begin;  ///< kCreate: where it begins, by home; empty: with the oldest
    std::string by;
    std::string reason;
    Instant at{};

    bool operator==(const Change&) const = default;
};

[[nodiscard]] std::string_view to_string(ChangeAct act);

[[nodiscard]] Record encode_change(const Change& change);

/// Members that are not known are passed over: a newer daemon may have written them. kUnsupported:
/// one has written what this one must not guess at; kCorrupt: it is no change.
[[nodiscard]] Result<Change> decode_change(const Record& record);

}  // namespace sluice::daemon
