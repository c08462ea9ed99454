#include "base/test_seed.hpp"
#include "daemon/api/remote.hpp"
#include "daemon/api/shop_api.hpp"
#include "dispatch/state_codec.hpp"
#include "runtime/domain/dispatch_tables.hpp"
#include "runtime/domain/topics.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

namespace sluice::daemon {
namespace {

using test::made_event;

/// A server's answers and those of the log itself.
class Backends : public test::ShopApi {
protected:
    /// Both answers, once they are known to be the same.
    template <class Ask>
    Result<Json> both(Ask ask) {
        Result<Json> here = ask(operations());
        const Result<Json> there = ask(remote());
        EXPECT_EQ(here.has_value(), there.has_value());
        if (here && there) {
            EXPECT_EQ(here.value(), there.value());
        } else if (!here && !there) {
            EXPECT_EQ(here.error(), there.error());
        }
        return here;
    }

    [[nodiscard]] Remote& remote() { return remote_; }

private:
    Remote remote_{Address{"127.0.0.1", server().port()}};
};

TEST_F(Backends, TopicsWithTheirRecords) {
    ASSERT_TRUE(operations().publish(std::vector<Event>{made_event("a", 1), made_event("b", 1)}));
    const auto topics = both([](const Backend& backend) { return backend.topics(); });
    std::map<std::string, int> records;
    for (const Json& one : topics.value()["topics"]) records[one["name"]] = one["records"];
    EXPECT_EQ(records.at("order.placed"), 2);
    EXPECT_EQ(records.at("shop.ordered"), 0);
}

TEST_F(Backends, AnUnsequencedDomainIsBusyOnceItHasEvents) {
    const auto status = [](const Backend& backend) { return backend.status(); };
    EXPECT_EQ(both(status).value()["idle"], true);
    ASSERT_TRUE(operations().publish(std::vector<Event>{made_event("a", 1)}));
    const Json busy = both(status).value();
    EXPECT_EQ(busy["idle"], false);
    EXPECT_EQ(busy["stuck"], false);
    EXPECT_EQ(busy["domains"][0]["channels"][1]["unread"], 1);
    EXPECT_EQ(busy["domains"][0]["subscriptions"][0]["name"], "audit");
}

/// Subscriptions take commands as soon as they have homes; the sequencer's first step may be later.
TEST_F(Backends, WhatWasPausedBeforeTheFirstStepIsTold) {
    namespace table = runtime::table;
    const std::vector<HomeId> homes{HomeId{0}, HomeId{1}, HomeId{2}};
    const HomeId home = home_of("a", 3);
    const dispatch::Hold hold{Instant{7}, "alice", "a deploy"};
    dispatch::Line line;
    line.state = dispatch::LineState::kParked;
    line.hold = hold;
    const std::string runner = runtime::runner_group("shop");
    const auto lease = log().take(runner, homes);
    ASSERT_TRUE(lease) << lease.error().message;
    log::Step step;
    step.homes = homes;
    step.changes = {
        {HomeId{0}, table::kHolds, runtime::subscription_key("audit"), dispatch::encode(hold)},
        {home, table::kLines, runtime::line_key("audit", "a"), dispatch::encode(line)}};
    ASSERT_TRUE(lease.value()->commit(std::move(step)));
    const auto stuck = both([](const Backend& backend) { return backend.stuck("", 10, {}); });
    ASSERT_TRUE(stuck) << stuck.error().message;
    std::vector<std::string> subjects;
    for (const Json& one : stuck.value()["stuck"]) {
        EXPECT_EQ(one["cause"], "paused");
        subjects.push_back(one["subject"]);
    }
    EXPECT_EQ(subjects, (std::vector<std::string>{"", "a"}));
    const auto why = both([](const Backend& backend) { return backend.why("a"); });
    EXPECT_EQ(why.value()["domains"][0]["state"], "paused");
}

TEST_F(Backends, NothingIsStuckAndNobodyKnowsTheSubject) {
    const auto stuck = both([](const Backend& backend) { return backend.stuck("", 10, {}); });
    EXPECT_TRUE(stuck.value()["stuck"].empty());
    EXPECT_TRUE(stuck.value()["next"].is_null());
    for (const char* subject : {"nobody", "", "a/b c", "%41?x=1", "\xC3\xA4", "/records"}) {
        const auto why = both([&](const Backend& backend) { return backend.why(subject); });
        ASSERT_FALSE(why);
        EXPECT_EQ(why.error().code, ErrorCode::kNotFound);
        const auto told = both([&](const Backend& backend) { return backend.trace(subject, 10); });
        ASSERT_FALSE(told);
        EXPECT_EQ(told.error().code, ErrorCode::kNotFound);
    }
    EXPECT_FALSE(both([](const Backend& backend) { return backend.stuck("no cursor", 10, {}); }));
}

TEST_F(Backends, AnUnknownTopicNamesTheNearest) {
    for (const Backend* backend :
         {static_cast<const Backend*>(&operations()), static_cast<const Backend*>(&remote())}) {
        for (const char* topic : {"", "a/b", "records", "?", "\xFF"}) {
            EXPECT_EQ(backend->ends(topic, std::nullopt).error().code, ErrorCode::kNotFound);
        }
        const auto ends = backend->ends("shop.orderd", std::nullopt);
        ASSERT_FALSE(ends);
        EXPECT_EQ(ends.error().code, ErrorCode::kNotFound);
        EXPECT_NE(ends.error().message.find("did you mean 'shop.ordered'"), std::string::npos);
        RecordQuery query;
        query.topic = "order.placed";
        query.partition = PartitionId{2};
        EXPECT_EQ(backend->records(query).error().code, ErrorCode::kNotFound);
    }
}

TEST_F(Backends, EachEventIsAnsweredForItself) {
    for (Backend* backend :
         {static_cast<Backend*>(&operations()), static_cast<Backend*>(&remote())}) {
        Event without_number = made_event("a", 0);
        const auto answers = backend->publish(std::vector<Event>{
            made_event("a", 1),
            made_event("a", 2, "order.plcaed"),
            without_number,
            made_event("a", 2, "order.cancelled")});
        ASSERT_TRUE(answers) << answers.error().message;
        ASSERT_EQ(answers.value().size(), 4U);
        EXPECT_EQ(answers.value()[0].value().topic, "order.placed");
        EXPECT_NE(
            answers.value()[1].error().message.find("did you mean 'order.placed'"),
            std::string::npos
        );
        EXPECT_NE(answers.value()[2].error().message.find("sourcesequence"), std::string::npos);
        EXPECT_EQ(answers.value()[3].value().topic, "order.cancelled");
    }
}

TEST_F(Backends, AServerThatHasGoneIsUnavailable) {
    EXPECT_TRUE(remote().answers());
    server().stop();
    EXPECT_FALSE(remote().answers());
    EXPECT_EQ(remote().status().error().code, ErrorCode::kUnavailable);
    EXPECT_EQ(
        remote().publish(std::vector<Event>{made_event("a", 1)}).error().code,
        ErrorCode::kUnavailable
    );
}

TEST_F(Backends, EndsMoveWithWhatIsPublished) {
    const auto before = remote().ends("order.placed", std::nullopt);
    ASSERT_TRUE(operations().publish(std::vector<Event>{made_event("a", 1)}));
    const auto after = remote().ends("order.placed", before.value().version);
    EXPECT_NE(after.value().version, before.value().version);
    EXPECT_EQ(after.value().partitions.size(), 2U);
}

/// Random events; read whole in pages of random sizes, by either way. Reference: what was
/// published.
TEST_F(Backends, BothReadWhatWasPublished) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    std::map<std::string, std::vector<std::string>> reference;  // data by subject
    std::vector<Event> events;
    for (int n = 1; n <= 300; ++n) {
        const std::string subject = fmt::format("s {}", random() % 7);
        Event event = made_event(subject, n);
        event.data = fmt::format(R"({{"n": [{}, 1.50, "\u00e4"]}})", random());
        reference[subject].push_back(*event.data);
        events.push_back(std::move(event));
    }
    ASSERT_TRUE(operations().publish(events));
    for (const auto& [subject, expected] : reference) {
        std::vector<std::string> found;
        for (PartitionId p{0}; p.value < 2; p = p.next()) {
            RecordQuery query{"order.placed", p, Offset{0}, subject, 1 + random() % 40};
            for (bool at_end = false; !at_end;) {
                const auto here = operations().records(query);
                const auto there = remote().records(query);
                ASSERT_TRUE(here && there);
                ASSERT_EQ(here.value().lines, there.value().lines);
                ASSERT_EQ(here.value().next, there.value().next);
                for (const std::string& line : here.value().lines) {
                    const std::size_t from = line.find(R"("data":)") + 7;
                    found.push_back(line.substr(from, line.find(R"(,"partition")") - from));
                }
                query.from = here.value().next;
                at_end = here.value().at_end;
            }
        }
        EXPECT_EQ(found, expected);
    }
}

}  // namespace
}  // namespace sluice::daemon
