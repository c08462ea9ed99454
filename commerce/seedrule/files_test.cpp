#include "commerce/seedrule/files.hpp"

#include "base/test_seed.hpp"
#include "commerce/csv/temp_file.hpp"
#include "commerce/generate/sample.hpp"

#include <gtest/gtest.h>

namespace sluice::commerce {
namespace {

TEST(AdditionsFilesModel, WhatIsWrittenIsRead) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    const test::TempDir dir;
    const test::Sample sample = test::sample(1'000, seed);
    ASSERT_TRUE(write_additions(sample.raw, sample.additions, dir.path()).has_value());
    const auto read = read_additions(sample.raw, seed, dir.path());
    ASSERT_TRUE(read.has_value()) << read.error().message;
    EXPECT_EQ(read.value(), sample.additions);
}

TEST(AdditionsFiles, AFolderThatCannotBeMadeIsNamed) {
    const test::TempDir dir;
    dir.write("file", "x");
    const Status written = write_additions({}, {}, dir.file("file/below"));
    ASSERT_FALSE(written.has_value());
    EXPECT_EQ(written.error().code, ErrorCode::kIo);
}

}  // namespace
}  // namespace sluice::commerce
