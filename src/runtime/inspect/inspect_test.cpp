#include "runtime/inspect/inspect.hpp"

#include "runtime/engine/runtime_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace sluice::runtime {
namespace {

using test::event;
using test::Seen;
using test::Shop;

/// s1 flows, s2 waits for a number, s3 is in conflict, s4 is parked in `model`, one record lies
/// aside.
class InspectTest : public testing::Test {
protected:
    void SetUp() override {
        shop_.subscribe("model", seen_).poison = {"s4/a.1"};
        shop_.start();
        Event changed = event("a.made", "s3", "/a", 1);
        changed.data = "other";
        shop_.publish({
            event("a.made", "s1", "/a", 1),
            event("a.cancelled", "s2", "/a", 3),
            event("a.cancelled", "s2", "/a", 4),
            event("a.made", "s3", "/a", 1),
            changed,
            event("a.made", "s4", "/a", 1),
            event("a.made", "s4", "/a", 2),
        });
        Record nameless;
        nameless.value = "?";
        std::vector<log::Append> appends{{{"shop.a", PartitionId{1}}, {nameless}}};
        ASSERT_TRUE(shop_.log().publish(std::move(appends)).has_value());
        shop_.settle();
        EXPECT_TRUE(shop_.engine().stop());  // all progress is written
    }

    std::vector<Stuck> all_stuck(std::size_t page_size) {
        std::vector<Stuck> all;
        std::optional<std::string> cursor;
        do {
            auto page = stuck(shop_.log(), cursor, page_size);
            EXPECT_TRUE(page.has_value()) << page.error().message;
            for (Stuck& item : page.value().items) all.push_back(std::move(item));
            cursor = page.value().next;
        } while (cursor);
        return all;
    }

    std::string one_why(const std::string& subject, const std::string& state) {
        const auto lines = why(shop_.log(), subject);
        EXPECT_TRUE(lines.has_value());
        for (const Why& line : lines.value()) {
            if (line.state == state) return line.text;
        }
        return "no line with state " + state;
    }

    Shop shop_;
    Seen seen_;
};

TEST_F(InspectTest, StuckListsAllThatDoesNotMoveWithItsCause) {
    std::map<std::string, std::string> causes;
    std::string unnamed;
    for (const Stuck& item : all_stuck(100)) {
        EXPECT_EQ(item.domain, "shop");
        EXPECT_GT(item.since.ms, -1);
        (item.subject.empty() ? unnamed : causes[item.subject]) = item.cause;
    }
    EXPECT_EQ(
        causes,
        (std::map<std::string, std::string>{{"s2", "gap"}, {"s3", "conflict"}, {"s4", "parked"}})
    );
    EXPECT_EQ(unnamed, "aside");
}

TEST_F(InspectTest, PagesOfAnySizeShowTheSame) {
    const auto whole = all_stuck(100);
    for (std::size_t size = 1; size <= 3; ++size) {
        const auto paged = all_stuck(size);
        ASSERT_EQ(paged.size(), whole.size());
        for (std::size_t i = 0; i < whole.size(); ++i) {
            EXPECT_EQ(paged[i].subject, whole[i].subject);
            EXPECT_EQ(paged[i].detail, whole[i].detail);
        }
    }
}

TEST_F(InspectTest, StuckRefusesACursorThatNobodyGave) {
    for (const char* wrong : {"", "x", "0", "0:9:0:", "0:0:0:zz", "0:0:0:6"}) {
        const auto page = stuck(shop_.log(), wrong, 10);
        ASSERT_FALSE(page.has_value()) << wrong;
        EXPECT_EQ(page.error().code, ErrorCode::kInvalidArgument);
    }
    EXPECT_FALSE(stuck(shop_.log(), std::nullopt, 0).has_value());
}

TEST_F(InspectTest, WhySaysWhatIsMissingWhereItCouldComeFromAndWhatIsNext) {
    const std::string text = one_why("s2", "gap");
    EXPECT_NE(text.find("/a 1 to 2"), std::string::npos) << text;
    EXPECT_NE(text.find("2 events wait"), std::string::npos) << text;
    EXPECT_NE(text.find("shop.b (read to its end)"), std::string::npos) << text;
    EXPECT_NE(text.find("by policy it waits"), std::string::npos) << text;
}

TEST_F(InspectTest, WhyKnowsFlowingHeldAndParkedSubjects) {
    EXPECT_NE(one_why("s1", "flowing").find("up to position 1"), std::string::npos);
    EXPECT_NE(one_why("s3", "conflict").find("until a person chooses"), std::string::npos);
    const std::string parked = one_why("s4", "parked");
    EXPECT_NE(parked.find("subscription model at position 1"), std::string::npos) << parked;
    EXPECT_NE(parked.find("poison s4/a.1"), std::string::npos) << parked;
    EXPECT_TRUE(why(shop_.log(), "nobody").value().empty());
}

TEST_F(InspectTest, WhyTellsHowFarChannelsAreRead) {
    shop_.publish({event("b.sent", "s9", "/b", 1)});  // nobody runs: it stays unread
    const std::string text = one_why("s2", "gap");
    EXPECT_NE(text.find("shop.b (1 unread in partition"), std::string::npos) << text;
}

TEST_F(InspectTest, StatusCountsWhatWaitsAndWhatIsParked) {
    const auto all = status(shop_.log());
    ASSERT_TRUE(all.has_value()) << all.error().message;
    ASSERT_EQ(all.value().size(), 1U);
    const DomainStatus& shop = all.value().front();
    EXPECT_EQ(shop.channels.size(), 10U);
    EXPECT_TRUE(std::all_of(shop.channels.begin(), shop.channels.end(), [](const auto& one) {
        return one.unread() == 0;
    }));
    EXPECT_EQ(shop.aside, 1);
    EXPECT_EQ(shop.waiting_subjects, 2U);
    EXPECT_EQ(shop.waiting_events, 2U);
    ASSERT_EQ(shop.subscriptions.size(), 1U);
    EXPECT_EQ(shop.subscriptions[0].name, "model");
    EXPECT_EQ(shop.subscriptions[0].behind, 0);
    EXPECT_EQ(shop.subscriptions[0].parked, 1U);
    EXPECT_EQ(shop.subscriptions[0].backlog_events, 2U);
}

TEST_F(InspectTest, ReadFollowsATopicAndFindsASubject) {
    auto reader = TopicReader::open(shop_.log(), {"shop.ordered", "s4", std::nullopt});
    ASSERT_TRUE(reader.has_value());
    const auto first = reader.value().next(1);
    const auto second = reader.value().next(10);
    ASSERT_EQ(first.value().size(), 1U);
    ASSERT_EQ(second.value().size(), 1U);
    EXPECT_EQ(first.value()[0].stored.record.header("ce_subjectposition"), "1");
    EXPECT_EQ(second.value()[0].stored.record.header("ce_subjectposition"), "2");
    EXPECT_TRUE(reader.value().next(10).value().empty());
    EXPECT_EQ(
        TopicReader::open(shop_.log(), {"nowhere", "", std::nullopt}).error().code,
        ErrorCode::kNotFound
    );
}

}  // namespace
}  // namespace sluice::runtime
