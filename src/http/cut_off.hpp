#pragma once

#include <cstddef>
#include <cstdint>

namespace sluice::http {

/// Shuts down every connection that others have made to `port` of this process, whatever it is at:
/// its reads and writes end at once. The socket that listens is left alone. For a stop whose
/// patience is over: the library gives no connection out of its hands.
/// Threads: any. Failure: none; what is closed meanwhile is passed over.
/// Answers: how many there were.
std::size_t cut_off(std::uint16_t port) noexcept;

}  // namespace sluice::http
