#include "log/embedded/test_log.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <unistd.h>

namespace sluice::log {

namespace {

using test::kPlace;

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
    write("log/FORMAT", "sluice embedded log 1\n");
    const Error refused = refusal();
    EXPECT_EQ(refused.code, ErrorCode::kUnsupported);
    EXPECT_NE(refused.message.find("sluice embedded log 1"), std::string::npos);
    write("log/FORMAT", "sluice embedded log 2\n");
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
    write("log/FORMAT", "sluice embedded log 2\n");
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

struct Limit {
    std::string_view field;
    std::size_t EmbeddedOptions::*member;
    std::size_t least;
};

TEST_F(Open, EveryLimitHasALeastThatIsNamed) {
    const std::vector<Limit> limits{
        {"record_bytes_max", &EmbeddedOptions::record_bytes_max, 65'536},
        {"step_bytes_max", &EmbeddedOptions::step_bytes_max, 2 * options_.record_bytes_max},
        {"group_bytes_max", &EmbeddedOptions::group_bytes_max, 65'536},
        {"group_jobs_max", &EmbeddedOptions::group_jobs_max, 1},
        {"queue_bytes_max", &EmbeddedOptions::queue_bytes_max, 65'536},
        {"queue_jobs_max", &EmbeddedOptions::queue_jobs_max, 1},
    };
    for (const auto& [field, member, least] : limits) {
        EmbeddedOptions options = options_;
        options.*member = least;
        EXPECT_TRUE(options.validate()) << field;
        options.*member = least - 1;
        const Status refused = options.validate();
        ASSERT_FALSE(refused) << field;
        EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
        EXPECT_EQ(
            refused.error().message,
            fmt::format("{} is {}; at least {} is needed", field, least - 1, least)
        );
    }
}

TEST_F(Open, OptionsAreCheckedBeforeAnythingIsMade) {
    options_.queue_jobs_max = 0;
    EXPECT_EQ(refusal().code, ErrorCode::kInvalidArgument);
    EXPECT_FALSE(std::filesystem::exists(options_.directory));
    options_ = test::test_options("");
    EXPECT_EQ(refusal().message, "directory is not given");
    options_ = test::test_options(scratch_.path());
    options_.step_bytes_max = std::size_t{1} << 30;
    EXPECT_TRUE(options_.validate());
    ++options_.step_bytes_max;
    EXPECT_EQ(refusal().message, "step_bytes_max is above 1 GiB");
}

TEST_F(Open, ADirectoryIsTheSameByWhateverName) {
    fill();
    std::filesystem::create_directory_symlink(options_.directory, scratch_.path() / "link");
    for (const char* name : {"log/", "./log/../log", "link", "link/"}) {
        options_.directory = scratch_.path() / name;
        EXPECT_EQ(test::texts(*test::open_or_fail(options_), kPlace).size(), 1U) << name;
    }
}

TEST_F(Open, AFileInPlaceOfTheDirectoryIsAnIoError) {
    write("log", "no directory");
    const Error refused = refusal();
    EXPECT_EQ(refused.code, ErrorCode::kIo);
    EXPECT_NE(refused.message.find(options_.directory.string()), std::string::npos);
}

TEST_F(Open, TellsWhatItFoundAsOftenAsItIsAsked) {
    for (std::uint64_t opening = 0; opening < 4; ++opening) {
        const auto log = test::open_or_fail(options_);
        EXPECT_EQ(log->report().last_group, opening);
        EXPECT_EQ(log->report().topics, opening);
        EXPECT_EQ(log->report().wal_groups, opening == 0 ? 0U : 1U) << "the others are in tables";
        ASSERT_TRUE(log->create_topic(TopicSpec{fmt::format("t{}", opening), 1}));
    }
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
