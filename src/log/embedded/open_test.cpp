#include "log/embedded/test_log.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <unistd.h>

namespace sluice::log {

namespace {

const PartitionRef kPlace{"t", PartitionId{0}};

class Open : public testing::Test {
protected:
    [[nodiscard]] Error refusal() const {
        auto opened = open_embedded(options_);
        EXPECT_FALSE(opened.has_value());
        return opened ? Error{} : opened.error();
    }

    void write(const std::filesystem::path& name, std::string_view text) const {
        std::ofstream{scratch_.path() / name} << text;
    }

    /// A log with one record, closed again.
    void fill() const {
        auto log = test::open_or_fail(options_);
        ASSERT_TRUE(log->create_topic(TopicSpec{"t", 1}));
        ASSERT_TRUE(test::publish_text(*log, kPlace, "one"));
    }

    test::ScratchDirectory scratch_;
    EmbeddedOptions options_{test::test_options(scratch_.path() / "log")};
};

TEST_F(Open, MakesTheDirectoryWithItsParents) {
    options_.directory = scratch_.path() / "a" / "b" / "c";
    const auto log = test::open_or_fail(options_);
    EXPECT_TRUE(std::filesystem::exists(options_.directory / "FORMAT"));
    EXPECT_EQ(log->report().last_group, 0U);
}

TEST_F(Open, FindsWhatWasWritten) {
    fill();
    const auto log = test::open_or_fail(options_);
    EXPECT_EQ(test::texts(*log, kPlace), std::vector<std::string>{"one"});
    EXPECT_EQ(log->report().topics, 1U);
    EXPECT_EQ(log->report().last_group, 2U);
    EXPECT_EQ(log->report().torn_bytes, 0U);
    EXPECT_TRUE(log->report().warnings.empty());
}

TEST_F(Open, OneProcessPerDirectoryAndTheOtherIsNamed) {
    auto log = test::open_or_fail(options_);
    const Error refused = refusal();
    EXPECT_EQ(refused.code, ErrorCode::kUnavailable);
    EXPECT_NE(refused.message.find(fmt::format("process {}:", ::getpid())), std::string::npos);
    log.reset();
    EXPECT_NE(test::open_or_fail(options_), nullptr);
}

TEST_F(Open, AnotherFormatVersionIsRefusedAndNamed) {
    fill();
    write("log/FORMAT", "sluice embedded log 2\n");
    const Error refused = refusal();
    EXPECT_EQ(refused.code, ErrorCode::kUnsupported);
    EXPECT_NE(refused.message.find("sluice embedded log 2"), std::string::npos);
    write("log/FORMAT", "sluice embedded log 1\n");
    EXPECT_EQ(test::texts(*test::open_or_fail(options_), kPlace).size(), 1U);
}

TEST_F(Open, AStoreWithoutItsStampIsNotMadeAnew) {
    fill();
    std::filesystem::remove(options_.directory / "FORMAT");
    EXPECT_EQ(refusal().code, ErrorCode::kCorrupt);
    EXPECT_FALSE(std::filesystem::exists(options_.directory / "FORMAT"));
}

TEST_F(Open, AStoreWithoutItsRootIsNotMadeAnew) {
    fill();
    std::filesystem::remove(options_.directory / "store" / "CURRENT");
    const Error refused = refusal();
    EXPECT_EQ(refused.code, ErrorCode::kCorrupt);
    EXPECT_NE(refused.message.find("CURRENT"), std::string::npos);
}

TEST_F(Open, AMakingThatWasCutShortIsTakenUp) {
    std::filesystem::create_directories(options_.directory / "store");
    write("log/FORMAT", "sluice embedded log 1\n");
    fill();
    EXPECT_EQ(test::texts(*test::open_or_fail(options_), kPlace).size(), 1U);
}

TEST_F(Open, ADirectoryThatCannotBeMadeIsAnIoError) {
    write("file", "");
    options_.directory = scratch_.path() / "file" / "log";
    const Error refused = refusal();
    EXPECT_EQ(refused.code, ErrorCode::kIo);
    EXPECT_NE(refused.message.find("file"), std::string::npos);
}

TEST_F(Open, OptionsOutOfRangeAreNamed) {
    options_.record_bytes_max = 1'000;
    EXPECT_NE(refusal().message.find("record_bytes_max is 1000"), std::string::npos);
    options_ = test::test_options("");
    EXPECT_EQ(refusal().code, ErrorCode::kInvalidArgument);
    options_ = test::test_options(scratch_.path());
    options_.step_bytes_max = options_.record_bytes_max;
    EXPECT_NE(refusal().message.find("step_bytes_max"), std::string::npos);
    options_ = test::test_options(scratch_.path());
    options_.step_bytes_max = std::size_t{2} << 30;
    EXPECT_NE(refusal().message.find("step_bytes_max"), std::string::npos);
    options_ = test::test_options(scratch_.path());
    options_.queue_jobs_max = 0;
    EXPECT_NE(refusal().message.find("queue_jobs_max"), std::string::npos);
}

TEST_F(Open, TheWeakerDurabilityWarns) {
    options_.durability = Durability::kProcessCrash;
    const auto log = test::open_or_fail(options_);
    ASSERT_EQ(log->report().warnings.size(), 1U);
    EXPECT_NE(log->report().warnings[0].find("power cut"), std::string::npos);
    ASSERT_TRUE(log->create_topic(TopicSpec{"t", 1}));
    EXPECT_EQ(log->probe().fsyncs_total, 0U);
    EXPECT_EQ(log->probe().groups_total, 1U);
}

}  // namespace

}  // namespace sluice::log
