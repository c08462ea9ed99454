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
    kProgram = 1,  ///< to the child: one more program, the first is number 0
    kData = 2,     ///< to the child: JobHead, then one JSON value
    kReady = 3,    ///< the program is compiled
    kRefused = 4,  ///< the program is wrong: why
    kValue = 5,    ///< what they made of the data
    kFailed = 6,   ///< the number of the program that failed, as in JobHead; then why
    kTables = 7,   ///< to the child, before programs: one JSON value, `$tables`; not answered
};

//  | first 2, little-endian | count 2 |      in front of the data
//
/// The programs that a value goes through, one after another.
struct JobHead {
    std::uint16_t first{0};
    std::uint16_t count{1};
};

inline constexpr std::size_t kFrameHeadBytes = 5;
inline constexpr std::size_t kJobHeadBytes = 4;
inline constexpr std::size_t kFailedHeadBytes = 2;
inline constexpr std::size_t kFrameBodyBytesMax = std::size_t{32} << 20;

struct Frame {
    FrameKind kind{};
    std::string body;
};

void append_frame(std::string& out, FrameKind kind, std::string_view body);
void append_job(std::string& out, JobHead head, std::string_view data);
void append_failure(std::string& out, std::uint16_t program, std::string_view why);

/// Of the body of kData; nothing when it is too short to have one.
[[nodiscard]] std::optional<JobHead> job_head_of(std::string_view body);

/// The number in front of a failure; 0 when there is none.
[[nodiscard]] std::uint16_t failed_program_of(std::string_view body);

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
