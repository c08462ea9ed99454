#include "log/embedded/catalog.hpp"

#include "log/embedded/test_store.hpp"

namespace sluice::log {

namespace {

class Cataloguing : public test::StoreTest {
protected:
    void expect_corrupt(std::string_view key, std::string_view value) {
        put(store_->meta(), key, value);
        Catalog catalog;
        const Status loaded = catalog.load(*store_, health_);
        ASSERT_FALSE(loaded);
        EXPECT_EQ(loaded.error().code, ErrorCode::kCorrupt);
        EXPECT_NE(loaded.error().message.find("backup"), std::string::npos);
    }
};

TEST_F(Cataloguing, AnEmptyStoreHasNothingAndStartsAtOne) {
    Catalog catalog;
    ASSERT_TRUE(catalog.load(*store_, health_));
    EXPECT_TRUE(catalog.topics().empty());
    EXPECT_EQ(catalog.find("t"), nullptr);
    EXPECT_EQ(catalog.find_group("g"), std::nullopt);
    EXPECT_EQ(catalog.next_topic(), TopicId{1});
    EXPECT_EQ(catalog.next_group(), GroupId{1});
}

TEST_F(Cataloguing, ReadsTopicsGroupsAndEndsBack) {
    put(store_->meta(), topic_key("t"), pair_value(7, 3));
    put(store_->meta(), topic_key("u"), pair_value(2, 1));
    put(store_->meta(), group_key("g"), number_value(1));
    put(store_->meta(), ends_key(Place{TopicId{7}, PartitionId{2}}), pair_value(4, 9));
    put(store_->meta(), consumed_key(GroupId{1}, Place{TopicId{7}, PartitionId{0}}), number_value(5)
    );
    put(store_->meta(), kLastGroupKey, number_value(99));
    Catalog catalog;
    const Status loaded = catalog.load(*store_, health_);
    ASSERT_TRUE(loaded) << loaded.error().message;
    EXPECT_EQ(catalog.topics().size(), 2U);
    EXPECT_EQ(catalog.next_topic(), TopicId{8});
    EXPECT_EQ(catalog.find_group("g"), GroupId{1});
    EXPECT_EQ(catalog.next_group(), GroupId{2});
    const auto located = catalog.locate(PartitionRef{"t", PartitionId{2}});
    ASSERT_TRUE(located);
    EXPECT_EQ(located.value().ends().load(), (Ends{Offset{4}, Offset{9}, Offset{9}}));
    EXPECT_EQ(located.value().place(), (Place{TopicId{7}, PartitionId{2}}));
}

TEST_F(Cataloguing, WhatIsNotThereIsNamed) {
    Catalog catalog;
    catalog.add_topic(TopicId{1}, TopicSpec{"t", 3});
    const auto beyond = catalog.locate(PartitionRef{"t", PartitionId{3}});
    ASSERT_FALSE(beyond);
    EXPECT_EQ(beyond.error().message, "topic t has partitions 0 to 2, not 3");
    const auto nowhere = catalog.locate(PartitionRef{"x", PartitionId{0}});
    ASSERT_FALSE(nowhere);
    EXPECT_NE(nowhere.error().message.find("no topic \"x\"; there are 1"), std::string::npos);
}

TEST_F(Cataloguing, ATopicThatCannotBeReadIsDamage) {
    expect_corrupt(topic_key("t"), "x");
}

TEST_F(Cataloguing, AGroupThatCannotBeReadIsDamage) {
    expect_corrupt(group_key("g"), "");
}

TEST_F(Cataloguing, EndsWithoutTheirTopicAreDamage) {
    expect_corrupt(ends_key(Place{TopicId{7}, PartitionId{0}}), pair_value(0, 1));
}

TEST_F(Cataloguing, EndsOfAPartitionTooManyAreDamage) {
    put(store_->meta(), topic_key("t"), pair_value(7, 1));
    expect_corrupt(ends_key(Place{TopicId{7}, PartitionId{1}}), pair_value(0, 1));
}

}  // namespace

}  // namespace sluice::log
