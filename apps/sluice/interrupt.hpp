#pragma once

namespace sluice::app {

/// Turns the first Ctrl-C into a question that the program asks itself; a second one ends it at
/// once.
void watch_interrupt();
[[nodiscard]] bool interrupted() noexcept;

}  // namespace sluice::app
