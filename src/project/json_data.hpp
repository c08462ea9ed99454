#pragma once

#include <sluice/result.hpp>

#include "event/kafka.hpp"
#include "event/record.hpp"
#include "event/text.hpp"

#include <fmt/format.h>

#include <string_view>

namespace sluice::project {

/// kInvalidEvent: by its content type the data is no JSON. `changed`: what only JSON can be.
[[nodiscard]] inline Status check_json_data(const Record& record, std::string_view changed) {
    const auto type = record.header(event::kContentType);
    if (!type || event::is_json_media_type(*type)) return ok();
    return Error{
        ErrorCode::kInvalidEvent,
        fmt::format(
            "data: content type {}, and only JSON can be {}", event::shown(*type), changed
        )};
}

}  // namespace sluice::project
