// Operators' commands against a running daemon, as the command line sends them.

#include "daemon/connect.hpp"
#include "daemon/daemon.hpp"
#include "daemon/verbs/request_fixture.hpp"
#include "event/command_frame.hpp"
#include "runtime/domain/topics.hpp"
#include "sequence/command.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <sstream>
#include <thread>

namespace sluice::daemon {
namespace {

using test::made_event;
using test::request_about;

class CommandsTest : public testing::Test {
protected:
    CommandsTest() { start(); }

    void start() {
        daemon = std::make_unique<Daemon>(load_setup(directory.config()).value(), logger, clock);
        const Status started = daemon->start();
        EXPECT_TRUE(started) << started.error().message;
        connection = connect(place(), Access::kPublish).value();
        EXPECT_TRUE(connection.remote);
    }

    [[nodiscard]] Place place() const { return find_place({directory.config(), {}}).value(); }

    [[nodiscard]] Backend& backend() const { return *connection.backend; }

    void publish(const std::vector<Event>& events) {
        ASSERT_TRUE(backend().publish(events));
        settle();
    }

    void settle() const {
        for (int tries = 0; tries < 2'000; ++tries) {
            if (backend().status().value()["idle"] == true) return;
            std::this_thread::sleep_for(std::chrono::milliseconds{5});
        }
        FAIL() << "the daemon is not idle";
    }

    [[nodiscard]] std::string state_of(const std::string& subject) const {
        return backend().why(subject).value()["domains"][0]["state"];
    }

    test::ShopDirectory directory;
    std::ostringstream log;
    SystemClock clock;
    Logger logger{log, clock, LogLevel::kError};
    std::unique_ptr<Daemon> daemon;
    Connection connection;
};

TEST_F(CommandsTest, IsPreviewedCarriedOutOnceAndKnownByItsId) {
    publish({made_event("a", 2)});
    ASSERT_EQ(state_of("a"), "gap");
    CommandRequest skip = request_about("a", "skip");
    skip.id = "c-1";
    const Json preview = backend().preview(skip).value();
    EXPECT_EQ(preview["count"], 1);
    EXPECT_EQ(preview["about"][0]["about"], "/orders 1 is given up");
    EXPECT_EQ(state_of("a"), "gap") << "nothing was done";
    skip.view = preview["view"];
    const auto done = backend().command(skip);
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_EQ(done.value()["done"], 1);
    EXPECT_EQ(state_of("a"), "flowing");
    const auto again = backend().command(skip);  // its answer was lost
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again.value()["done"], 1);
    EXPECT_EQ(again.value()["repeated"], true);
}

TEST_F(CommandsTest, WhoComesSecondIsToldSo) {
    publish({made_event("a", 2)});
    CommandRequest bob = request_about("a", "skip");
    bob.view = backend().preview(bob).value()["view"];
    ASSERT_TRUE(backend().command(request_about("a", "skip")));
    const auto second = backend().command(bob);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::kConflict);
    EXPECT_EQ(second.error().message, "a: nothing waits in domain shop (any more)");
}

TEST_F(CommandsTest, AViewThatIsOldIsRefused) {
    publish({made_event("a", 2)});
    CommandRequest all = request_about("", "skip");
    all.cause = "gap";
    all.view = backend().preview(all).value()["view"];
    publish({made_event("b", 2)});
    const auto refused = backend().command(all);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message, "what was looked at has changed: 2 now; look again");
    all.view.clear();
    EXPECT_EQ(backend().command(all).value()["done"], 2);
    EXPECT_EQ(state_of("b"), "flowing");
}

TEST_F(CommandsTest, ManySubjectsAtOnceAndTheLateOnesBackAgain) {
    std::vector<Event> events;
    for (int i = 0; i < 300; ++i) events.push_back(made_event("s" + std::to_string(i), 2));
    publish(events);
    CommandRequest all = request_about("", "skip");
    all.cause = "gap";
    EXPECT_EQ(backend().preview(all).value()["count"], 300);
    const auto skipped = backend().command(all);
    ASSERT_TRUE(skipped) << skipped.error().message;
    EXPECT_EQ(skipped.value()["done"], 300);
    EXPECT_EQ(skipped.value()["outcomes"].size(), 100U) << "never all of them";
    for (Event& event : events) event = made_event(event.subject, 1);
    publish(events);
    CommandRequest back = request_about("", "take-back");
    back.cause = "late-number";
    EXPECT_EQ(backend().command(back).value()["done"], 300);
    EXPECT_EQ(backend().preview(back).value()["count"], 0) << "nothing lies aside any more";
}

TEST_F(CommandsTest, WithoutADaemonItLiesInTheLogUntilOneReadsIt) {
    publish({made_event("a", 2)});
    connection = {};
    daemon->stop();
    daemon.reset();
    CommandRequest skip = request_about("a", "skip");
    skip.id = "c-1";
    {
        auto here = connect(place(), Access::kPublish).value();
        ASSERT_FALSE(here.remote);
        const auto sent = here.backend->command(skip);
        ASSERT_TRUE(sent) << sent.error().message;
        EXPECT_EQ(sent.value()["pending"], 1);
    }
    Daemon next{load_setup(directory.config()).value(), logger, clock};
    ASSERT_TRUE(next.start());
    connection = connect(place(), Access::kPublish).value();
    settle();
    EXPECT_EQ(state_of("a"), "flowing");
    EXPECT_EQ(backend().command(skip).value()["done"], 1) << "the same id tells";
    connection = {};
}

/// Its sender was killed when one of three was written; what came to stand since was not meant.
TEST_F(CommandsTest, WhatWasNeverSentIsSentWhenTheSameIsAskedAgain) {
    publish({made_event("a", 2), made_event("b", 2), made_event("c", 2)});
    CommandRequest all = request_about("", "skip");
    all.cause = "gap";
    all.id = "c-1";
    connection = {};
    daemon->stop();
    daemon.reset();
    {
        auto here = connect(place(), Access::kPublish).value();
        Record one = sequence::to_record(sequence::Command{
            "b", "c-1", "alice", "because", clock.now(), sequence::SkipMissing{"/orders 1"}});
        event::mark_as_one_of(one, 3);
        const auto homes = here.log->topic(runtime::repartition_topic("shop")).value()->partitions;
        const PartitionId home{home_of("b", homes).value};
        ASSERT_TRUE(here.log->publish({{{runtime::repartition_topic("shop"), home}, {one}}}));
    }
    start();
    publish({made_event("d", 2)});
    const auto again = backend().command(all);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again.value()["done"], 3);
    EXPECT_EQ(again.value()["count"], 3);
    EXPECT_EQ(again.value()["repeated"], true);
    for (const char* one : {"a", "b", "c"}) EXPECT_EQ(state_of(one), "flowing");
    EXPECT_EQ(state_of("d"), "gap") << "nobody had seen it";
    EXPECT_EQ(backend().command(all).value()["done"], 3);
    EXPECT_EQ(state_of("d"), "gap");
}

TEST_F(CommandsTest, WhatIsOffIsNamed) {
    publish({made_event("a", 1)});
    CommandRequest elsewhere = request_about("a", "skip");
    elsewhere.domain = "shpo";
    const auto no_domain = backend().preview(elsewhere);
    ASSERT_FALSE(no_domain);
    EXPECT_EQ(no_domain.error().code, ErrorCode::kNotFound);
    EXPECT_NE(no_domain.error().message.find("did you mean 'shop'"), std::string::npos);
    CommandRequest all = request_about("", "skip");
    all.cause = "conflict";
    EXPECT_EQ(
        backend().preview(all).error().message,
        "`cause`: 'conflict' is none that skip takes all of; it takes: gap, parked-gap"
    );
    EXPECT_EQ(
        backend().command(request_about("a", "take-back")).error().code, ErrorCode::kConflict
    );
}

/// The audit subscription writes a file; events that break their contract are dead in it.
class BacklogCommands : public CommandsTest {
protected:
    static CommandRequest about(const std::string& verb, const std::string& subject) {
        CommandRequest request = request_about(subject, verb);
        request.subscription = "audit";
        return request;
    }

    /// As from a producer that no contract is asked of.
    void publish_unchecked(const std::vector<Event>& events) {
        connection = {};
        daemon->stop();
        daemon.reset();
        std::string lax{test::kShopContract};
        for (std::size_t at = 0; (at = lax.find("{type: object}")) != std::string::npos;) {
            lax.replace(at, std::string_view{"{type: object}"}.size(), "{}");
        }
        directory.write("shop.yaml", lax);
        {
            auto here = connect(place(), Access::kPublish).value();
            for (const auto& answer : here.backend->publish(events).value()) ASSERT_TRUE(answer);
        }
        directory.write("shop.yaml", test::kShopContract);
        start();
        settle();
    }

    static Event broken(const std::string& subject, int number) {
        Event event = made_event(subject, number);
        event.data = "[]";
        return event;
    }

    [[nodiscard]] Json stuck(const runtime::StuckFilter& filter = {}) const {
        return backend().stuck("", 1'000, filter).value()["stuck"];
    }
};

TEST_F(BacklogCommands, AnEditIsShownEditedAndRedriven) {
    publish_unchecked({broken("a", 1), made_event("a", 2), made_event("b", 1)});
    ASSERT_EQ(stuck().size(), 1U);
    EXPECT_EQ(stuck()[0]["cause"], "parked");
    EXPECT_EQ(stuck()[0]["behind"], 2);
    EXPECT_EQ(stuck()[0]["type"], "order.placed");
    EXPECT_EQ(backend().command(about("redrive", "a")).error().code, ErrorCode::kConflict)
        << "it would only park again";
    const auto shown = backend().show({"a", "", "audit"});
    ASSERT_TRUE(shown) << shown.error().message;
    ASSERT_EQ(shown.value().lines.size(), 2U);
    CommandRequest edit = about("edit", "a");
    edit.copy = shown.value().lines.front();
    const std::size_t at = edit.copy.find("[]");
    ASSERT_NE(at, std::string::npos);
    edit.copy.replace(at, 2, R"({"n": 1.50})");
    const auto edited = backend().command(edit);
    ASSERT_TRUE(edited) << edited.error().message;
    EXPECT_EQ(edited.value()["done"], 1);
    const auto redriven = backend().command(about("redrive", "a"));
    ASSERT_TRUE(redriven) << redriven.error().message;
    for (int tries = 0; tries < 2'000 && !stuck().empty(); ++tries) {
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
    EXPECT_TRUE(stuck().empty());
    EXPECT_EQ(backend().show({"a"}).error().code, ErrorCode::kNotFound);
}

TEST_F(BacklogCommands, TheListIsFilteredAndPaged) {
    std::vector<Event> events;
    for (int i = 0; i < 20; ++i) {
        events.push_back(broken("p" + std::to_string(i), 1));
        events.push_back(made_event("g" + std::to_string(i), 2));
    }
    publish_unchecked(events);
    EXPECT_EQ(stuck().size(), 40U);
    EXPECT_EQ(stuck({.subscription = "audit"}).size(), 20U);
    EXPECT_EQ(stuck({.cause = "gap"}).size(), 20U);
    EXPECT_EQ(stuck({.type = "order.placed"}).size(), 40U);
    EXPECT_EQ(stuck({.type = "order.cancelled"}).size(), 0U);
    EXPECT_EQ(stuck({.subject = "p7"}).size(), 1U);
    EXPECT_EQ(stuck({.before = Instant{1}}).size(), 0U);
    EXPECT_EQ(stuck({.domain = "elsewhere"}).size(), 0U);
    std::size_t seen = 0;
    std::string cursor;
    do {
        const Json page = backend().stuck(cursor, 7, {.cause = "parked"}).value();
        EXPECT_LE(page["stuck"].size(), 7U);
        seen += page["stuck"].size();
        cursor = page["next"].is_string() ? page["next"].get<std::string>() : "";
    } while (!cursor.empty());
    EXPECT_EQ(seen, 20U);
}

TEST_F(BacklogCommands, APausedSubscriptionStandsUntilItIsResumed) {
    publish({made_event("z", 1)});  // until its domain has been sequenced there is none to pause
    ASSERT_EQ(backend().command(about("pause", "")).value()["done"], 3) << "on each home";
    EXPECT_EQ(backend().command(about("pause", "")).error().code, ErrorCode::kConflict);
    ASSERT_TRUE(backend().publish(std::vector<Event>{made_event("a", 1)}));
    ASSERT_EQ(stuck().size(), 1U);
    EXPECT_EQ(stuck()[0]["cause"], "paused");
    EXPECT_EQ(stuck()[0]["subscription"], "audit");
    ASSERT_TRUE(backend().command(about("resume", "")));
    settle();
    EXPECT_TRUE(stuck().empty());
}

TEST_F(BacklogCommands, ManyAreSkippedOneByOneAndWhatIsUnknownIsNamed) {
    publish_unchecked({broken("a", 1), made_event("a", 2)});
    ASSERT_TRUE(backend().command(about("skip", "a")));
    EXPECT_EQ(backend().command(about("skip", "a")).error().code, ErrorCode::kConflict);
    CommandRequest elsewhere = about("skip", "a");
    elsewhere.subscription = "adit";
    EXPECT_NE(
        backend().preview(elsewhere).error().message.find("did you mean 'audit'"), std::string::npos
    );
    CommandRequest all = about("redrive", "");
    all.cause = "gap";
    EXPECT_EQ(backend().preview(all).error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace sluice::daemon
