// Rows 3 and 8 of docs/architecture/faults.md where RocksDB's own threads meet them: while it
// flushes. Only "no space" passes; everything else stops the log.
#include "log/embedded/test_faults.hpp"
#include "log/embedded/test_log.hpp"
#include "log/embedded/writer.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace sluice::log {

namespace {

using Kind = test::Faults::Kind;

/// Puts one value into the state.
class PutJob final : public Job {
public:
    explicit PutJob(std::string value) : value_{std::move(value)} {}

    Status add_to(GroupBatch& batch) override {
        batch.put_state("key", value_);
        return ok();
    }

    void committed() override { ++committed_; }

    [[nodiscard]] int committed_times() const { return committed_; }

private:
    std::string value_;
    int committed_{0};
};

struct ErrorCase {
    const char* name;
    std::atomic<Kind> test::Faults::*file;
    Kind kind;
    ErrorCode code;  ///< of every call behind it
};

/// A store with a writer, without a log around them, on a disk that fails as it is told.
class BackgroundError : public testing::TestWithParam<ErrorCase> {
protected:
    void SetUp() override {
        auto opened =
            Store::open(scratch_.path() / "store", options_, OpenFor::kMaking, env_.get(), health_);
        ASSERT_TRUE(opened) << opened.error().message;
        store_ = std::move(opened).value();
        published_.emplace(*store_);
        writer_.emplace(*store_, options_, 0, health_, *published_, changes_, probe_);
        ASSERT_TRUE(put("first"));
    }

    [[nodiscard]] Status put(std::string value) {
        PutJob job{std::move(value)};
        Status done = writer_->submit(job);
        EXPECT_EQ(job.committed_times(), done ? 1 : 0);
        return done;
    }

    /// All column families, as RocksDB does by itself when its memory is full.
    bool flush() {
        const std::vector all{store_->meta(), store_->records(), store_->state()};
        return store_->db().Flush({}, all).ok();
    }

    /// The next flush fails in that file.
    void fail_a_flush() {
        faults_.*GetParam().file = GetParam().kind;
        EXPECT_FALSE(flush());
        faults_.*GetParam().file = Kind::kNone;  // the disk is well again
    }

    [[nodiscard]] std::string value() const {
        return store_->get(store_->state(), "key", "test").value().value_or("none");
    }

    test::Faults faults_;
    std::unique_ptr<rocksdb::Env> env_{test::faulty_env(faults_)};
    test::ScratchDirectory scratch_;
    EmbeddedOptions options_{test::test_options(scratch_.path())};
    Health health_;
    ChangeSignal changes_;
    Probe probe_;
    std::unique_ptr<Store> store_;  // before health and environment
    std::optional<Published> published_;
    std::optional<Writer> writer_;  // before the store
};

using BackgroundErrorThatStops = BackgroundError;

TEST_P(BackgroundErrorThatStops, IsAnsweredByEveryWriteEver) {
    fail_a_flush();
    for (int again = 0; again < 3; ++again) {
        const Status refused = health_.check();
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, GetParam().code);
        EXPECT_NE(refused.error().message.find("in the background"), std::string::npos);
        PutJob job{"second"};
        EXPECT_EQ(writer_->submit(job).error().code, GetParam().code);
        EXPECT_EQ(job.committed_times(), 0);
    }
    EXPECT_EQ(probe_.groups_total, 1U);
}

INSTANTIATE_TEST_SUITE_P(
    ,
    BackgroundErrorThatStops,
    testing::Values(
        ErrorCase{"InATable", &test::Faults::table, Kind::kIo, ErrorCode::kIo},
        ErrorCase{"DamageInATable", &test::Faults::table, Kind::kCorruption, ErrorCode::kCorrupt},
        ErrorCase{"InTheManifest", &test::Faults::manifest, Kind::kIo, ErrorCode::kIo}
    ),
    [](const auto& one) { return one.param.name; }
);

using BackgroundErrorThatPasses = BackgroundError;

TEST_P(BackgroundErrorThatPasses, WritingGoesOnByItself) {
    fail_a_flush();
    EXPECT_TRUE(health_.check());
    EXPECT_TRUE(health_.full());
    const Status done = put("second");
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_FALSE(health_.full());
    EXPECT_EQ(value(), "second");
    EXPECT_TRUE(flush());
}

TEST_P(BackgroundErrorThatPasses, NothingIsTriedBeforeAFlushOfAllInMemoryFits) {
    fail_a_flush();
    faults_.free_bytes = std::uint64_t{191} << 20;  // a step would be admitted
    const Status refused = put("second");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kFull);
    EXPECT_NE(refused.error().message.find("waiting for space"), std::string::npos);
    EXPECT_EQ(value(), "first");
    faults_.free_bytes = std::uint64_t{192} << 20;
    EXPECT_TRUE(put("third"));
    EXPECT_EQ(value(), "third");
}

TEST_P(BackgroundErrorThatPasses, AResumeThatFindsNoSpaceIsTriedAgain) {
    fail_a_flush();
    faults_.*GetParam().file = GetParam().kind;
    for (int again = 0; again < 3; ++again) {
        const Status refused = put("second");
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, ErrorCode::kFull) << refused.error().message;
    }
    EXPECT_TRUE(health_.check());
    faults_.*GetParam().file = Kind::kNone;
    EXPECT_TRUE(put("third"));
    EXPECT_EQ(value(), "third");
}

INSTANTIATE_TEST_SUITE_P(
    ,
    BackgroundErrorThatPasses,
    testing::Values(
        ErrorCase{"NoSpaceInATable", &test::Faults::table, Kind::kNoSpace, {}},
        ErrorCase{"NoSpaceInTheManifest", &test::Faults::manifest, Kind::kNoSpace, {}}
    ),
    [](const auto& one) { return one.param.name; }
);

}  // namespace

}  // namespace sluice::log
