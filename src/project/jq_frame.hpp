#pragma once

#include <sluice/result.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::project::jq {

//  | size 4, little-endian | kind 1 | body |      size: of the body
//
// Spoken between a process and its own child, never stored: both are the same build.
enum class FrameKind : std::uint8_t {
    kProgram = 1,  ///< to the child, once, first
    kData = 2,     ///< to the child: one JSON value
    kReady = 3,    ///< the program is compiled
    kRefused = 4,  ///< the program is wrong: why
    kValue = 5,    ///< what it made of the data
    kFailed = 6,   ///< why it made nothing of it
};

inline constexpr std::size_t kFrameHeadBytes = 5;
inline constexpr std::size_t kFrameBodyBytesMax = std::size_t{32} << 20;

struct Frame {
    FrameKind kind{};
    std::string body;
};

void append_frame(std::string& out, FrameKind kind, std::string_view body);

/// Takes frames out of bytes as they arrive.
/// Threads: one. Limits: `kFrameBodyBytesMax`; a larger one, or an unknown kind, is kCorrupt.
class FrameReader {
public:
    void add(std::string_view bytes) { bytes_.append(bytes); }

    /// Nothing until a whole one has arrived.
    [[nodiscard]] Result<std::optional<Frame>> next();

private:
    std::string bytes_;
    std::size_t taken_{0};
};

}  // namespace sluice::project::jq
