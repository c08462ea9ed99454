#include "project/jq_frame.hpp"

#include <fmt/format.h>

namespace sluice::project::jq {

namespace {

void append_little_endian(std::string& out, std::size_t value, unsigned bits) {
    for (unsigned shift = 0; shift < bits; shift += 8) {
        out.push_back(static_cast<char>((value >> shift) & 0xFF));
    }
}

std::uint16_t short_at(std::string_view bytes, std::size_t at) {
    const auto low = static_cast<unsigned char>(bytes[at]);
    const auto high = static_cast<unsigned char>(bytes[at + 1]);
    return static_cast<std::uint16_t>(low | (high << 8U));
}

void append_head(std::string& out, FrameKind kind, std::size_t body_bytes) {
    append_little_endian(out, body_bytes, 32);
    out.push_back(static_cast<char>(kind));
}

}  // namespace

void append_frame(std::string& out, FrameKind kind, std::string_view body) {
    append_head(out, kind, body.size());
    out.append(body);
}

void append_job(std::string& out, JobHead head, std::string_view data) {
    append_head(out, FrameKind::kData, kJobHeadBytes + data.size());
    append_little_endian(out, head.first, 16);
    append_little_endian(out, head.count, 16);
    out.append(data);
}

void append_failure(std::string& out, std::uint16_t program, std::string_view why) {
    append_head(out, FrameKind::kFailed, kFailedHeadBytes + why.size());
    append_little_endian(out, program, 16);
    out.append(why);
}

std::optional<JobHead> job_head_of(std::string_view body) {
    if (body.size() < kJobHeadBytes) return std::nullopt;
    return JobHead{short_at(body, 0), short_at(body, 2)};
}

std::uint16_t failed_program_of(std::string_view body) {
    return body.size() < kFailedHeadBytes ? std::uint16_t{0} : short_at(body, 0);
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
                       kind <= static_cast<unsigned char>(FrameKind::kTables);
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
