#include "base/hash.hpp"
#include "runtime/inspect/inspect.hpp"
#include "runtime/sequencing/session_fixture.hpp"

#include <gtest/gtest.h>

namespace sluice::runtime {
namespace {

using test::event;
using test::SessionRig;
using Ids = std::vector<std::string>;

/// Five subjects with three events each, over all partitions of a.
class TopicReaderTest : public testing::Test {
protected:
    void SetUp() override {
        for (int s = 0; s < 5; ++s) {
            const std::string subject = fmt::format("s{}", s);
            for (std::uint64_t n = 1; n <= 3; ++n) {
                rig_.publish({event("a.made", subject, "/a", n)});
            }
        }
        rig_.open();
        rig_.settle();
    }

    TopicReader reader(TopicReader::Query query) {
        auto opened = TopicReader::open(rig_.log(), std::move(query));
        EXPECT_TRUE(opened.has_value()) << opened.error().message;
        return opened.value();
    }

    static Ids ids(TopicReader& reader, std::size_t limit) {
        Ids all;
        const auto page = reader.next(limit);
        EXPECT_TRUE(page.has_value());
        for (const ReadRecord& one : page.value()) {
            all.emplace_back(one.stored.record.header("ce_id").value_or(""));
        }
        return all;
    }

    SessionRig rig_{test::shop_plan()};
};

TEST_F(TopicReaderTest, PagesOfAnySizeGiveEveryRecordOnceAndInOrder) {
    TopicReader whole = reader({"shop.a", "", {}});
    const Ids expected = ids(whole, 1'000);
    EXPECT_EQ(expected.size(), 15U);
    for (const std::size_t limit : {1U, 2U, 4U, 14U, 15U, 16U}) {
        TopicReader paged = reader({"shop.a", "", {}});
        Ids all;
        for (Ids page = ids(paged, limit); !page.empty(); page = ids(paged, limit)) {
            EXPECT_LE(page.size(), limit);
            all.insert(all.end(), page.begin(), page.end());
        }
        EXPECT_EQ(all, expected) << limit;
    }
}

TEST_F(TopicReaderTest, ASubjectsRecordsAreFoundInEveryKindOfTopic) {
    const Ids expected{"s3/a.1", "s3/a.2", "s3/a.3"};
    for (const char* topic : {"shop.a", "shop.ordered"}) {
        TopicReader of_subject = reader({topic, "s3", {}});
        EXPECT_EQ(ids(of_subject, 2), (Ids{"s3/a.1", "s3/a.2"})) << topic;
        EXPECT_EQ(ids(of_subject, 2), (Ids{"s3/a.3"})) << topic;
    }
    TopicReader nobody = reader({"shop.a", "s33", {}});
    EXPECT_EQ(ids(nobody, 10), Ids{});
}

TEST_F(TopicReaderTest, AtTheEndItGoesOnWhenMoreHasCome) {
    TopicReader one = reader({"shop.a", "s3", {}});
    EXPECT_EQ(ids(one, 10).size(), 3U);
    EXPECT_EQ(ids(one, 10), Ids{});
    rig_.publish({event("a.made", "s3", "/a", 4)});
    EXPECT_EQ(ids(one, 10), (Ids{"s3/a.4"}));
}

TEST_F(TopicReaderTest, ABeginningBelowWhatIsThereBeginsAtWhatIsThere) {
    const PartitionId at = partition_by_murmur2("s3", 3);
    const log::PartitionRef partition{"shop.a", at};
    const Offset end = rig_.log().ends(partition).value().committed;
    ASSERT_TRUE(rig_.log().trim(partition, Offset{end.value - 1}));
    TopicReader late = reader({"shop.a", "", Offset{0}});
    const Ids all = ids(late, 100);
    EXPECT_EQ(all.size(), 15U - static_cast<std::size_t>(end.value - 1));
}

TEST_F(TopicReaderTest, ARecordIsFoundByItsKeyOrItsSubject) {
    Record keyed;
    keyed.key = "s9";
    keyed.value = "no event";
    rig_.publish_to("shop.a", 1, keyed);
    rig_.publish_to("shop.b", 1, event::to_record(event("b.sent", "s9", "/b", 1), "other key"));
    TopicReader by_key = reader({"shop.a", "s9", {}});
    TopicReader by_subject = reader({"shop.b", "s9", {}});
    EXPECT_EQ(by_key.next(5).value().size(), 1U);
    EXPECT_EQ(ids(by_subject, 5), (Ids{"s9/b.1"}));
}

TEST_F(TopicReaderTest, AnUnknownTopicIsNamed) {
    const auto opened = TopicReader::open(rig_.log(), {"shop.x", "", {}});
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(opened.error().code, ErrorCode::kNotFound);
    EXPECT_EQ(opened.error().message, "topic shop.x: no such topic");
}

}  // namespace
}  // namespace sluice::runtime
