#include "log/embedded/open.hpp"
#include "log/embedded/test_faults.hpp"
#include "log/embedded/test_log.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace sluice::log {

namespace {

using Kind = test::Faults::Kind;
using Texts = std::vector<std::string>;

using test::kPlace;

class Fault : public testing::Test {
protected:
    void SetUp() override {
        open();
        ASSERT_TRUE(log_->create_topic(TopicSpec{"t", 1}));
        ASSERT_TRUE(publish("before"));
    }

    void open() {
        log_.reset();
        auto opened = open_embedded_on(env_.get(), options_);
        ASSERT_TRUE(opened) << opened.error().message;
        log_ = std::move(opened).value();
    }

    [[nodiscard]] Result<std::vector<Offset>> publish(const std::string& text) {
        return test::publish_text(*log_, kPlace, text);
    }

    [[nodiscard]] ErrorCode refused(const std::string& text) {
        const auto published = publish(text);
        EXPECT_FALSE(published);
        return published ? ErrorCode{} : published.error().code;
    }

    void fill_disk() {
        faults_.append = Kind::kNoSpace;
        faults_.free_bytes = std::uint64_t{100} << 20;  // enough to try, not to go on behind it
    }

    void free_disk() {
        faults_.append = Kind::kNone;
        faults_.free_bytes = std::uint64_t{1} << 30;
    }

    test::Faults faults_;
    std::unique_ptr<rocksdb::Env> env_{test::faulty_env(faults_)};
    test::ScratchDirectory scratch_;
    EmbeddedOptions options_{test::test_options(scratch_.path())};
    std::unique_ptr<EmbeddedLog> log_;  // before environment and faults
};

TEST_F(Fault, AFailedSyncStopsTheLogForGood) {
    const auto lease = log_->take("g", {HomeId{0}});
    ASSERT_TRUE(lease);
    faults_.sync = Kind::kIo;
    const auto failed = publish("lost?");
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, ErrorCode::kIo);
    EXPECT_NE(failed.error().message.find("stop the process"), std::string::npos);
    faults_.sync = Kind::kNone;  // a disk that is well again does not help: the page may be gone

    EXPECT_EQ(refused("after"), ErrorCode::kIo);
    EXPECT_EQ(log_->read(kPlace, Offset{0}, ReadLimits{}).error().code, ErrorCode::kIo);
    EXPECT_EQ(log_->ends(kPlace).error().code, ErrorCode::kIo);
    EXPECT_EQ(log_->create_topic(TopicSpec{"u", 1}).error().code, ErrorCode::kIo);
    EXPECT_EQ(log_->topics().error().code, ErrorCode::kIo);
    EXPECT_EQ(log_->trim(kPlace, Offset{1}).error().code, ErrorCode::kIo);
    EXPECT_EQ(log_->take("h", {HomeId{0}}).error().code, ErrorCode::kIo);
    EXPECT_EQ(lease.value()->commit(Step{}).error().code, ErrorCode::kIo);
    EXPECT_EQ(lease.value()->get(HomeId{0}, Table{1}, "k").error().code, ErrorCode::kIo);
    EXPECT_GE(log_->probe().errors_total, 1U);
}

TEST_F(Fault, AfterAFailedSyncARestartHasWhatWasAcknowledged) {
    faults_.sync = Kind::kIo;
    EXPECT_EQ(refused("lost?"), ErrorCode::kIo);
    faults_.sync = Kind::kNone;
    open();
    const Texts there = test::texts(*log_, kPlace);
    ASSERT_GE(there.size(), 1U);
    EXPECT_EQ(there[0], "before");
    if (there.size() > 1) {
        EXPECT_EQ(there[1], "lost?");  // its caller does not know: either is right
    }
    EXPECT_TRUE(publish("after"));
}

TEST_F(Fault, AFullDiskRefusesAndRecoversByItself) {
    fill_disk();
    const std::uint64_t seen = log_->version();
    EXPECT_EQ(refused("1"), ErrorCode::kFull);
    EXPECT_EQ(refused("2"), ErrorCode::kFull);
    EXPECT_EQ(test::texts(*log_, kPlace), Texts{"before"});
    EXPECT_EQ(log_->ends(kPlace).value(), (Ends{Offset{0}, Offset{1}, Offset{1}}));
    EXPECT_EQ(log_->version(), seen);
    free_disk();
    const auto published = publish("after");
    ASSERT_TRUE(published) << published.error().message;
    EXPECT_EQ(published.value()[0], Offset{1});
    EXPECT_EQ(test::texts(*log_, kPlace), (Texts{"before", "after"}));
    open();
    EXPECT_EQ(test::texts(*log_, kPlace), (Texts{"before", "after"}));
    EXPECT_EQ(log_->report().torn_bytes, 0U);
}

TEST_F(Fault, ADiskThatIsFullAtTheFirstWriteOfAFileNeedsARestart) {
    open();  // nothing in memory: RocksDB would go on in the broken file
    faults_.append = Kind::kNoSpace;
    EXPECT_EQ(refused("1"), ErrorCode::kIo);
    free_disk();
    EXPECT_EQ(refused("2"), ErrorCode::kIo);
    open();
    EXPECT_TRUE(publish("after"));
    EXPECT_EQ(test::texts(*log_, kPlace), (Texts{"before", "after"}));
}

TEST_F(Fault, BelowTheFloorStepsAreRefusedTooAndGoOnByThemselves) {
    open();
    const auto lease = log_->take("g", {HomeId{0}});
    ASSERT_TRUE(lease);
    faults_.free_bytes = std::uint64_t{10} << 20;
    const Step step{{HomeId{0}}, {Append{kPlace, {test::text_record("step")}}}, {}, {}};
    EXPECT_EQ(lease.value()->commit(step).error().code, ErrorCode::kFull);
    EXPECT_EQ(refused("1"), ErrorCode::kFull);
    free_disk();
    EXPECT_TRUE(lease.value()->commit(step));
    EXPECT_TRUE(publish("after"));
    EXPECT_EQ(test::texts(*log_, kPlace), (Texts{"before", "step", "after"}));
}

TEST_F(Fault, ATrimOnAFullDiskLeavesTheFirstOffset) {
    fill_disk();
    EXPECT_EQ(log_->trim(kPlace, Offset{1}).error().code, ErrorCode::kFull);
    EXPECT_EQ(log_->ends(kPlace).value().first, Offset{0});
    EXPECT_EQ(test::texts(*log_, kPlace), Texts{"before"});
    free_disk();
    ASSERT_TRUE(log_->trim(kPlace, Offset{1}));
    EXPECT_EQ(log_->ends(kPlace).value().first, Offset{1});
}

TEST_F(Fault, ATopicOnAFullDiskIsNotThere) {
    fill_disk();
    EXPECT_EQ(log_->create_topic(TopicSpec{"u", 1}).error().code, ErrorCode::kFull);
    EXPECT_FALSE(log_->topic("u").value().has_value());
    EXPECT_EQ(log_->take("new", {HomeId{0}}).error().code, ErrorCode::kFull);
    free_disk();
    EXPECT_TRUE(log_->create_topic(TopicSpec{"u", 2}));
    EXPECT_TRUE(log_->take("new", {HomeId{0}}));
}

TEST_F(Fault, BelowTheReservePublishingIsRefusedAndStepsGoOn) {
    options_.reserve_bytes = std::uint64_t{512} << 20;
    open();
    auto lease = log_->take("g", {HomeId{0}});
    ASSERT_TRUE(lease);
    faults_.free_bytes = options_.reserve_bytes - 1;
    const auto full = publish("refused");
    ASSERT_FALSE(full);
    EXPECT_EQ(full.error().code, ErrorCode::kFull);
    EXPECT_NE(full.error().message.find("reserve of 512 MiB"), std::string::npos);
    EXPECT_EQ(log_->probe().refused_full_total, 1U);

    Step step{{HomeId{0}}, {Append{kPlace, {test::text_record("step")}}}, {}, {}};
    ASSERT_TRUE(lease.value()->commit(step));
    EXPECT_EQ(test::texts(*log_, kPlace), (Texts{"before", "step"}));
    faults_.free_bytes = options_.reserve_bytes + (std::uint64_t{1} << 20);
    EXPECT_TRUE(publish("again"));
}

}  // namespace

}  // namespace sluice::log
