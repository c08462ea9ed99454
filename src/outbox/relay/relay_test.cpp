#include "outbox/relay/relay.hpp"

#include "outbox/relay/outbox_fixture.hpp"
#include "outbox/relay/relay_fleet.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace sluice::outbox {
namespace {

/// What has arrived, and what is said to it.
class Shelf {
public:
    using Say = std::function<Answer(const Row&)>;

    explicit Shelf(Say say = [](const Row&) { return Answer{Verdict::kTaken}; })
        : say_{std::move(say)} {}

    Outcome publish(const Batch& batch) {
        const std::lock_guard lock{mutex_};
        std::vector<Answer> answers;
        for (const Row& row : batch.rows) {
            answers.push_back(say_(row));
            if (answers.back().verdict != Verdict::kTaken) continue;
            arrived_[row.event.subject].push_back(row.key.place.number.value);
            ++count_;
        }
        changed_.notify_all();
        return answers;
    }

    [[nodiscard]] bool has(std::size_t count) {
        std::unique_lock lock{mutex_};
        return changed_.wait_for(lock, std::chrono::seconds{60}, [&] { return count_ >= count; });
    }

    [[nodiscard]] std::vector<std::uint64_t> of(const std::string& subject) {
        const std::lock_guard lock{mutex_};
        return arrived_[subject];
    }

private:
    Say say_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::string, std::vector<std::uint64_t>> arrived_;
    std::size_t count_{0};
};

class ToShelf final : public Sink {
public:
    explicit ToShelf(Shelf& shelf) : shelf_{shelf} {}

    Outcome publish(const Batch& batch) override { return shelf_.publish(batch); }

private:
    Shelf& shelf_;
};

class RelayTest : public test::OutboxDatabase {
protected:
    std::unique_ptr<RelayFleet> start(Shelf& shelf, std::size_t relays) {
        RelayOptions options;
        options.database = url_;
        options.name = "test";
        options.beat = Milliseconds{100};
        return std::make_unique<RelayFleet>(
            options,
            relays,
            [&shelf] { return std::make_unique<ToShelf>(shelf); },
            [this](std::string_view message, const Error& why) {
                told_.push_back(fmt::format("{}: {}", message, why.message));
            }
        );
    }

    [[nodiscard]] bool told(const std::string& word) const {
        return std::any_of(told_.begin(), told_.end(), [&](const std::string& one) {
            return one.find(word) != std::string::npos;
        });
    }

    using Numbers = std::vector<std::uint64_t>;

    std::vector<std::string> told_;  ///< read when the fleet has ended
};

TEST_F(RelayTest, EverySubjectArrivesInItsOrderByManyRelays) {
    Shelf shelf;
    for (int subject = 0; subject < 50; ++subject) emit(fmt::format("s{}", subject), 5);
    auto fleet = start(shelf, 3);
    ASSERT_TRUE(shelf.has(250));
    emit("s0", 2);
    ASSERT_TRUE(shelf.has(252));
    fleet->stop();
    EXPECT_EQ(shelf.of("s0"), (Numbers{1, 2, 3, 4, 5, 6, 7}));
    for (int subject = 1; subject < 50; ++subject) {
        EXPECT_EQ(shelf.of(fmt::format("s{}", subject)), (Numbers{1, 2, 3, 4, 5}));
    }
    EXPECT_TRUE(column("select number from sluice_outbox_event").empty());
    EXPECT_TRUE(column("select name from sluice_outbox_relay").empty()) << "it gave its slots back";
    EXPECT_EQ(fleet->probe().taken, 252U);
    EXPECT_EQ(fleet->probe().connected, 0);
    EXPECT_TRUE(fleet->failure());
}

TEST_F(RelayTest, WhatIsNotTakenNowHoldsUpItsSubjectAndIsSentAgain) {
    int failures = 0;
    Shelf shelf{[&failures](const Row& row) {
        const bool first = row.event.subject == "a" && row.key.place.number == SourceNumber{1};
        return first && ++failures <= 3 ? Answer{Verdict::kLater, "busy"} : Answer{Verdict::kTaken};
    }};
    emit("a", 3);
    emit("b", 3);
    auto fleet = start(shelf, 1);
    ASSERT_TRUE(shelf.has(6));
    fleet->stop();
    EXPECT_EQ(failures, 4);
    EXPECT_EQ(shelf.of("a"), (Numbers{1, 2, 3}));
    EXPECT_EQ(shelf.of("b"), (Numbers{1, 2, 3}));
    EXPECT_EQ(fleet->probe().refused, 0U);
}

TEST_F(RelayTest, WhatIsRefusedIsParkedAndToldUntilSomebodyChooses) {
    bool mended = false;
    Shelf shelf{[&mended](const Row& row) {
        const bool bad = row.event.subject == "a" && row.key.place.number == SourceNumber{2};
        return bad && !mended ? Answer{Verdict::kRefused, "amount"} : Answer{Verdict::kTaken};
    }};
    emit("a", 3);
    emit("b", 3);
    auto fleet = start(shelf, 1);
    ASSERT_TRUE(shelf.has(4));
    fleet->stop();
    EXPECT_TRUE(told("subject a, number 2: amount"));
    EXPECT_EQ(column("select number from sluice_outbox_parked"), std::vector<std::string>{"2"});
    EXPECT_EQ(shelf.of("a"), Numbers{1});
    mended = true;
    ASSERT_EQ(OutboxDesk{connection()}.retry({}).value(), 1U);
    fleet = start(shelf, 1);
    ASSERT_TRUE(shelf.has(6));
    fleet->stop();
    EXPECT_EQ(shelf.of("a"), (Numbers{1, 2, 3}));
}

TEST_F(RelayTest, ALostConnectionIsBegunAnew) {
    Shelf shelf;
    emit("a");
    auto fleet = start(shelf, 1);
    ASSERT_TRUE(shelf.has(1));
    sql("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() "
        "and application_name = 'sluice outbox'");
    emit("a");
    while (shelf.of("a").back() < 2) std::this_thread::yield();
    fleet->stop();
    EXPECT_TRUE(told("the outbox's database is lost")) << fmt::to_string(told_.size());
    EXPECT_EQ(fleet->probe().sessions_lost, 1U);
}

TEST_F(RelayTest, ADatabaseWithoutAnOutboxEndsItWithAWord) {
    sql("drop table sluice_outbox_state");
    Shelf shelf;
    auto fleet = start(shelf, 2);
    while (fleet->failure()) std::this_thread::yield();
    const Status failure = fleet->failure();
    EXPECT_EQ(failure.error().code, ErrorCode::kBadConfig);
    EXPECT_NE(failure.error().message.find("sluice outbox migrate"), std::string::npos);
    EXPECT_EQ(fleet->ready().status, 503);
}

TEST_F(RelayTest, ItsPagesTellWhatItDoes) {
    Shelf shelf;
    emit("a", 2);
    auto fleet = start(shelf, 2);
    ASSERT_TRUE(shelf.has(2));
    for (const char* line :
         {"sluice_outbox_sent_total 2\n",
          "sluice_outbox_refused_total 0\n",
          "sluice_outbox_connected 2\n",
          "sluice_outbox_slots 64\n"}) {
        while (fleet->metrics().body.find(line) == std::string::npos) std::this_thread::yield();
    }
    EXPECT_EQ(fleet->ready().status, 200);
    EXPECT_EQ(fleet->ready().body, "[+]postgres 2 of 2 relays\n");
}

}  // namespace
}  // namespace sluice::outbox
