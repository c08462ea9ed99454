#include "project/jq_frame.hpp"

#include <fmt/format.h>

namespace sluice::project::jq {

void append_frame(std::string& out, FrameKind kind, std::string_view body) {
    for (unsigned shift = 0; shift < 32; shift += 8) {
        out.push_back(static_cast<char>((body.size() >> shift) & 0xFF));
    }
    out.push_back(static_cast<char>(kind));
    out.append(body);
}

Result<std::optional<Frame>> FrameReader::next() {
    const std::string_view left = std::string_view{bytes_}.substr(taken_);
    if (left.size() < kFrameHeadBytes) return std::optional<Frame>{};
    std::size_t size = 0;
    for (unsigned i = 0; i < 4; ++i) {
        size |= std::size_t{static_cast<unsigned char>(left[i])} << (8 * i);
    }
    const auto kind = static_cast<unsigned char>(left[4]);
    const bool known = kind >= static_cast<unsigned char>(FrameKind::kProgram) &&
                       kind <= static_cast<unsigned char>(FrameKind::kFailed);
    if (!known || size > kFrameBodyBytesMax) {
        return Error{
            ErrorCode::kCorrupt, fmt::format("a frame of kind {} with {} bytes", kind, size)};
    }
    if (left.size() < kFrameHeadBytes + size) return std::optional<Frame>{};
    Frame frame{static_cast<FrameKind>(kind), std::string{left.substr(kFrameHeadBytes, size)}};
    taken_ += kFrameHeadBytes + size;
    if (taken_ == bytes_.size()) {
        bytes_.clear();
        taken_ = 0;
    } else if (taken_ > kFrameBodyBytesMax) {
        bytes_.erase(0, taken_);
        taken_ = 0;
    }
    return std::optional{std::move(frame)};
}

}  // namespace sluice::project::jq
