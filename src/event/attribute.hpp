#pragma once

#include <sluice/event.hpp>

#include <string>
#include <string_view>

namespace sluice::event {

/// Whether it is the name of an attribute that CloudEvents itself defines, or of the data.
[[nodiscard]] bool is_core_name(std::string_view name) noexcept;

/// Where an event keeps that attribute of CloudEvents, made there if it is optional; null for
/// `specversion`, the data and every other name.
[[nodiscard]] std::string* core_attribute(Event& event, std::string_view name);

}  // namespace sluice::event
