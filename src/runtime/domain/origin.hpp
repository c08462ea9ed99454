#pragma once

#include <sluice/result.hpp>

#include "event/record.hpp"
#include "sequence/arrival.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace sluice::runtime {

/// Where a record of the repartition or aside topic was read, in a header put behind its own:
/// "<channel> <partition> <offset>" (docs/formats/repartition-record.md). Taken away again at the
/// home, so that headers stay byte for byte.
inline constexpr std::string_view kOriginHeader = "sluice-origin";

[[nodiscard]] Record with_origin(Record record, const sequence::Origin& origin);

/// Takes the header off and answers what it said. kCorrupt when it is not there: only Sluice may
/// write these topics.
[[nodiscard]] Result<sequence::Origin> take_origin(Record& record);

/// "channel/partition at offset", for people.
[[nodiscard]] std::string to_text(const sequence::Origin& origin);

}  // namespace sluice::runtime
