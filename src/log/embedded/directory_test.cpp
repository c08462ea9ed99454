// Who may open a directory, and what must lie in it before anything is touched.
#include "log/embedded/files.hpp"
#include "log/embedded/format_file.hpp"
#include "log/embedded/lock_file.hpp"
#include "log/embedded/test_log.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

namespace sluice::log {

namespace {

class Directory : public testing::Test {
protected:
    void put(const std::string& name, std::string_view text) const {
        ASSERT_TRUE(make_directory((path_ / name).parent_path()));
        ASSERT_TRUE(write_file_durably(path_ / name, text));
    }

    [[nodiscard]] Result<Found> found() const { return check_format(path_, path_ / "store"); }

    void expect_refused(ErrorCode code, std::string_view what) const {
        const auto refused = found();
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, code);
        EXPECT_NE(refused.error().message.find(what), std::string::npos) << refused.error().message;
        EXPECT_NE(refused.error().message.find("nothing was changed"), std::string::npos);
    }

    test::ScratchDirectory scratch_;
    const std::filesystem::path& path_{scratch_.path()};
};

using LockedDirectory = Directory;

TEST_F(LockedDirectory, IsTakenOnceAndFreeWhenLetGo) {
    auto lock = LockFile::take(path_);
    ASSERT_TRUE(lock);
    EXPECT_EQ(read_file(path_ / "LOCK").value(), fmt::format("{}\n", ::getpid()));
    for (int again = 0; again < 2; ++again) {
        const auto refused = LockFile::take(path_);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
        EXPECT_NE(refused.error().message.find(path_.string()), std::string::npos);
    }
    lock.value().reset();
    EXPECT_TRUE(LockFile::take(path_));
}

TEST_F(LockedDirectory, WhatADeadProcessLeftInItDoesNotMatter) {
    for (const char* left :
         {"", "1\n", "a pid that is much longer than the one that comes now\n"}) {
        put("LOCK", left);
        const auto lock = LockFile::take(path_);
        ASSERT_TRUE(lock) << lock.error().message;
        EXPECT_EQ(read_file(path_ / "LOCK").value(), fmt::format("{}\n", ::getpid()));
    }
}

TEST_F(LockedDirectory, IsFreeWhenItsProcessDies) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(LockFile::take(path_) ? 0 : 1);  // without letting go
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
    EXPECT_TRUE(LockFile::take(path_));
}

TEST_F(LockedDirectory, ThatIsNotThereIsAnIoError) {
    const auto refused = LockFile::take(path_ / "nowhere");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kIo);
    EXPECT_NE(refused.error().message.find("nowhere/LOCK"), std::string::npos);
}

using StampedDirectory = Directory;

TEST_F(StampedDirectory, AFreshOneIsStampedAndHoldsNothing) {
    EXPECT_EQ(found().value(), Found::kNothing);
    EXPECT_EQ(read_file(path_ / "FORMAT").value(), "sluice embedded log 2\n");
    EXPECT_EQ(found().value(), Found::kNothing);  // as often as the making is cut short
    put("store/CURRENT", "MANIFEST-000001\n");
    EXPECT_EQ(found().value(), Found::kStore);
}

TEST_F(StampedDirectory, WhatHoldsDataIsNeverMadeAnew) {
    for (const char* data : {"store/000007.sst", "store/000007.blob", "store/000007.log"}) {
        put(data, "x");
        expect_refused(ErrorCode::kCorrupt, "FORMAT is missing");
        put("FORMAT", "sluice embedded log 2\n");
        expect_refused(ErrorCode::kCorrupt, "store/CURRENT is missing");
        std::filesystem::remove(path_ / "FORMAT");
        std::filesystem::remove(path_ / data);
    }
    put("store/CURRENT", "MANIFEST-000001\n");
    expect_refused(ErrorCode::kCorrupt, "FORMAT is missing");
    EXPECT_FALSE(std::filesystem::exists(path_ / "FORMAT"));
}

TEST_F(StampedDirectory, WhatAMakingThatWasCutShortLeftIsNoData) {
    put("store/000004.log", "");
    put("store/LOG", "text");
    put("store/MANIFEST-000001", "text");
    EXPECT_EQ(found().value(), Found::kNothing);
}

TEST_F(StampedDirectory, AnotherVersionIsNamed) {
    for (const char* version : {"0", "1", "3", "10", "2 beta", ""}) {
        put("FORMAT", fmt::format("sluice embedded log {}\n", version));
        expect_refused(ErrorCode::kUnsupported, fmt::format("\"sluice embedded log {}\"", version));
    }
}

TEST_F(StampedDirectory, AStampThatCannotBeReadIsDamage) {
    for (const char* text : {"", "\n", "sluice", "sluice embedded\n", "Sluice embedded log 1\n"}) {
        put("FORMAT", text);
        expect_refused(ErrorCode::kCorrupt, "FORMAT cannot be read");
    }
}

TEST_F(StampedDirectory, AnEndlessLineIsNotPrintedWhole) {
    put("FORMAT", "sluice embedded log " + std::string(100'000, '2'));
    const auto refused = found();
    ASSERT_FALSE(refused);
    EXPECT_LT(refused.error().message.size(), 1'000U);
}

}  // namespace

}  // namespace sluice::log
