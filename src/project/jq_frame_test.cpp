#include "project/jq_frame.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sluice::project::jq {
namespace {

TEST(JqFrames, ArriveWholeHoweverTheirBytesCome) {
    std::string bytes;
    append_frame(bytes, FrameKind::kData, "");
    append_frame(bytes, FrameKind::kValue, std::string(300, 'x'));
    append_frame(bytes, FrameKind::kFailed, "no");
    EXPECT_EQ(bytes.size(), 3 * kFrameHeadBytes + 302);
    for (std::size_t piece = 1; piece < bytes.size(); piece += 7) {
        FrameReader reader;
        std::vector<std::size_t> sizes;
        for (std::size_t at = 0; at < bytes.size(); at += piece) {
            reader.add(std::string_view{bytes}.substr(at, piece));
            for (auto next = reader.next(); next.value(); next = reader.next()) {
                sizes.push_back(next.value()->body.size());
            }
        }
        EXPECT_EQ(sizes, (std::vector<std::size_t>{0, 300, 2})) << piece;
    }
}

TEST(JqFrames, OfAnUnknownKindOrTooLargeAreRefused) {
    FrameReader unknown;
    unknown.add(std::string_view{"\0\0\0\0\x09", 5});
    EXPECT_EQ(unknown.next().error().message, "a frame of kind 9 with 0 bytes");
    FrameReader large;
    large.add(std::string_view{"\0\0\0\x7F\x05", 5});
    EXPECT_EQ(large.next().error().code, ErrorCode::kCorrupt);
}

TEST(JqFrames, JobsAndFailuresSayWhichPrograms) {
    std::string bytes;
    append_job(bytes, {0x1234, 0xFFFE}, "{}");
    append_failure(bytes, 0x8001, "why");
    append_failure(bytes, 0, "");
    FrameReader reader;
    reader.add(bytes);
    const Frame job = *reader.next().value();
    EXPECT_EQ(job.kind, FrameKind::kData);
    EXPECT_EQ(job_head_of(job.body)->first, 0x1234);
    EXPECT_EQ(job_head_of(job.body)->count, 0xFFFE);
    EXPECT_EQ(job.body.substr(kJobHeadBytes), "{}");
    const Frame failure = *reader.next().value();
    EXPECT_EQ(failure.kind, FrameKind::kFailed);
    EXPECT_EQ(failed_program_of(failure.body), 0x8001);
    EXPECT_EQ(failure.body.substr(kFailedHeadBytes), "why");
    EXPECT_EQ(failed_program_of(reader.next().value()->body), 0);
    EXPECT_FALSE(job_head_of("abc").has_value());
    EXPECT_EQ(failed_program_of("a"), 0);
}

}  // namespace
}  // namespace sluice::project::jq
