#pragma once

#include <sluice/result.hpp>

#include "dispatch/dispatcher.hpp"

#include <string>
#include <string_view>

namespace sluice::dispatch {

/// The durable values of a dispatcher, drawn in docs/formats/dispatcher-state.md.
/// Failure:  decoding answers kCorrupt for whatever encoding did not write, another version
/// included.
[[nodiscard]] std::string encode(const Progress& progress);
[[nodiscard]] std::string encode(const Line& line);
[[nodiscard]] std::string encode(const Hold& hold);
[[nodiscard]] Result<Progress> decode_progress(std::string_view bytes);
[[nodiscard]] Result<Line> decode_line(std::string_view bytes);
[[nodiscard]] Result<Hold> decode_hold(std::string_view bytes);

}  // namespace sluice::dispatch
