#include "log/embedded/store.hpp"

#include "log/embedded/flushed_group.hpp"
#include "log/embedded/group_batch.hpp"
#include "log/embedded/test_faults.hpp"
#include "log/embedded/test_store.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>

namespace sluice::log {

namespace {

struct Mapping {
    rocksdb::Status status;
    ErrorCode code;
    const char* advice;
};

TEST(StoreErrors, AtWorkOnlyAnIoErrorPoisons) {
    using rocksdb::Status;
    const std::vector<Mapping> cases{
        {Status::NoSpace("x"), ErrorCode::kFull, "free some and try again"},
        {Status::Corruption("x"), ErrorCode::kCorrupt, "restore it from a backup"},
        {Status::IOError("x"), ErrorCode::kIo, "start it again"},
        {Status::TimedOut("x"), ErrorCode::kIo, "start it again"},
        {Status::InvalidArgument("x"), ErrorCode::kIo, "start it again"},
    };
    for (const auto& [status, code, advice] : cases) {
        Health health;
        const Error error = store_error(status, "reading a thing", health);
        EXPECT_EQ(error.code, code) << status.ToString();
        EXPECT_NE(error.message.find(advice), std::string::npos) << error.message;
        EXPECT_NE(error.message.find("reading a thing"), std::string::npos) << error.message;
        EXPECT_EQ(health.check().has_value(), code != ErrorCode::kIo);
    }
}

TEST(StoreErrors, WhatComesBehindAnIoErrorIsThatIoError) {
    Health health;
    static_cast<void>(store_error(rocksdb::Status::IOError("first"), "writing", health));
    const Error later = store_error(rocksdb::Status::Corruption("second"), "reading", health);
    EXPECT_EQ(later.code, ErrorCode::kIo);
    EXPECT_NE(later.message.find("first"), std::string::npos) << later.message;
}

TEST(StoreErrors, AtOpeningWhatIsMissingIsDamage) {
    using rocksdb::Status;
    const std::vector<Mapping> cases{
        {Status::NoSpace("x"), ErrorCode::kFull, "free some and start again"},
        {Status::Corruption("x"), ErrorCode::kCorrupt, "nothing was changed"},
        {Status::PathNotFound("x"), ErrorCode::kCorrupt, "nothing was changed"},
        {Status::NotFound("x"), ErrorCode::kCorrupt, "nothing was changed"},
        {Status::InvalidArgument("x"), ErrorCode::kCorrupt, "nothing was changed"},
        {Status::IOError("x"), ErrorCode::kIo, "nothing was changed"},
    };
    for (const auto& [status, code, advice] : cases) {
        const Error error = open_error(status, "/data/log");
        EXPECT_EQ(error.code, code) << status.ToString();
        EXPECT_NE(error.message.find(advice), std::string::npos) << error.message;
        EXPECT_NE(error.message.find("/data/log"), std::string::npos) << error.message;
    }
}

class Stored : public test::StoreTest {
protected:
    [[nodiscard]] std::filesystem::path path() const { return scratch_.path() / "store"; }

    void write(std::uint64_t group) {
        GroupBatch batch{*store_, group};
        batch.put_state("s", "1");
        rocksdb::WriteOptions options;
        options.sync = true;
        ASSERT_TRUE(store_->db().Write(options, &batch.seal()).ok());
    }

    void flush() {
        const std::vector all{store_->meta(), store_->records(), store_->state()};
        ASSERT_TRUE(store_->db().Flush({}, all).ok());
    }

    [[nodiscard]] Result<std::uint64_t> flushed() const {
        return flushed_group(path(), rocksdb::Env::Default());
    }
};

TEST_F(Stored, TheFlushedGroupIsThatOfTheTablesAlone) {
    EXPECT_EQ(flushed().value(), 0U);
    write(1);
    write(2);
    EXPECT_EQ(flushed().value(), 0U);
    flush();
    EXPECT_EQ(flushed().value(), 2U);
    write(3);
    EXPECT_EQ(flushed().value(), 2U);
}

TEST_F(Stored, LookingForTheFlushedGroupChangesNoFile) {
    write(1);
    flush();
    write(2);
    store_.reset();
    const auto names = [&] {
        std::vector<std::string> all;
        for (const auto& entry : std::filesystem::directory_iterator{path()}) {
            const std::string name = entry.path().filename().string();
            if (name.rfind("LOG", 0) != 0) all.push_back(name);
        }
        std::sort(all.begin(), all.end());
        return all;
    };
    const auto before = names();
    EXPECT_EQ(flushed().value(), 1U);
    EXPECT_EQ(names(), before);
}

TEST_F(Stored, AMissingTableIsFoundBeforeAnythingIsChanged) {
    write(1);
    flush();
    store_.reset();
    for (const auto& entry : std::filesystem::directory_iterator{path()}) {
        if (entry.path().extension() == ".sst") std::filesystem::remove(entry.path());
    }
    const auto refused = flushed();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kCorrupt) << refused.error().message;
}

TEST_F(Stored, WhatWasOnItsWayOutGoesAtTheNextOpening) {
    store_.reset();
    const std::filesystem::path left = path() / "000004.log.trash";
    ASSERT_TRUE(write_file_durably(left, std::string(3 * kRemovedAtOnceBytes, 'x')));
    SetUp();
    while (std::filesystem::exists(left)) {
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    write(1);
    EXPECT_EQ(store_->last_group().value(), 1U);
}

TEST_F(Stored, IsNotMadeWhereOneShouldBe) {
    Health health;
    const auto nowhere = scratch_.path() / "nowhere";
    const auto refused = Store::open(
        nowhere, test::test_options(nowhere), OpenFor::kUse, rocksdb::Env::Default(), health
    );
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kCorrupt);
}

TEST_F(Stored, TheFreeSpaceIsTheDisks) {
    EXPECT_GT(store_->free_bytes().value(), 0U);
}

}  // namespace

}  // namespace sluice::log
