#pragma once

#include <sluice/result.hpp>

#include "daemon/operations/backend.hpp"
#include "daemon/operations/topic_reader.hpp"
#include "daemon/render/json.hpp"

#include <span>
#include <string>
#include <string_view>

namespace sluice::daemon {

/// A page as the API answers it: {"next": cursor, "end": …, "records": [ … ]}. The head stands on
/// the first line and each record on one of its own, so that a client takes the records to the byte
/// without parsing them.
[[nodiscard]] std::string records_body(
    std::span<const std::string> lines, const Cursor& next, bool at_end
);

/// Back again; kUnavailable when it is no such page.
[[nodiscard]] Result<RecordPage> page_of(std::string_view body);

[[nodiscard]] Json ends_json(const std::string& topic, const TopicEnds& ends);
[[nodiscard]] Result<TopicEnds> ends_of(std::string_view body);

}  // namespace sluice::daemon
