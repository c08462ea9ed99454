#include "log/embedded/published.hpp"

#include "log/embedded/keys.hpp"
#include "log/embedded/reader.hpp"
#include "log/embedded/test_log.hpp"

#include <gtest/gtest.h>

namespace sluice::log {
namespace {

constexpr GroupId kGroup{1};
constexpr Place kIn{TopicId{1}, PartitionId{0}};
constexpr Table kFoldedTable{7, Restore::kFold};

/// A store without a writer around it, so that the moment between a group's being written and its
/// ends' being told lasts as long as a test wants.
class PublishedTest : public testing::Test {
protected:
    void SetUp() override {
        auto opened = Store::open(
            scratch_.path() / "store", options_, OpenFor::kMaking, rocksdb::Env::Default(), health_
        );
        ASSERT_TRUE(opened) << opened.error().message;
        store_ = std::move(opened).value();
    }

    void write_group(std::uint64_t number) {
        rocksdb::WriteBatch group;
        ASSERT_TRUE(group.Put(store_->meta(), consumed_key(kGroup, kIn), number_value(number)).ok()
        );
        const std::string key = state_key(kGroup, HomeId{0}, kFoldedTable, "key");
        ASSERT_TRUE(group.Put(store_->state(), key, std::to_string(number)).ok());
        ASSERT_TRUE(store_->db().Write({}, &group).ok());
    }

    void expect_seen(const rocksdb::Snapshot* as_of, std::int64_t number) {
        const Reader reader{*store_, health_};
        EXPECT_EQ(reader.consumed(kGroup, kIn, as_of).value(), Offset{number});
        const auto state = reader.scan(kGroup, HomeId{0}, kFoldedTable, "", 9, as_of).value();
        ASSERT_EQ(state.size(), 1U);
        EXPECT_EQ(state.front().second, std::to_string(number));
    }

    test::ScratchDirectory scratch_;
    EmbeddedOptions options_{test::test_options(scratch_.path())};
    Health health_;
    std::unique_ptr<Store> store_;
};

TEST_F(PublishedTest, ShowsAGroupWhenItsEndsAreToldAndNotBefore) {
    write_group(1);
    Published published{*store_};
    write_group(2);
    expect_seen(published.view()->snapshot(), 1);
    expect_seen(nullptr, 2);
    published.renew();
    expect_seen(published.view()->snapshot(), 2);
}

TEST_F(PublishedTest, AViewStaysAsItWasTaken) {
    write_group(1);
    Published published{*store_};
    const Published::View before = published.view();
    write_group(2);
    published.renew();
    expect_seen(before->snapshot(), 1);
    expect_seen(published.view()->snapshot(), 2);
}

}  // namespace
}  // namespace sluice::log
