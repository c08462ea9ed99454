// The sales policy changes while the platform runs: counted at delivery until now, from a day on at
// order less cancellations, without a closed month moving.
#include <sluice/rebuild.hpp>

#include "base/test_seed.hpp"
#include "commerce/contract/contract.hpp"
#include "commerce/oracle/oracle.hpp"
#include "commerce/orderstate/test_story.hpp"
#include "commerce/run/run_fixture.hpp"
#include "commerce/sales/sales.hpp"
#include "store/sqlite_database.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace sluice::commerce {
namespace {

using State = RebuildOutcome::State;
using Verb = RebuildWish::Verb;

RebuildWish policy_wish(Verb verb, const std::string& day) {
    RebuildWish wish;
    wish.verb = verb;
    wish.into = "sales2";
    wish.effective = day;
    wish.by = "the accountant";
    wish.reason = "sales count at order from " + day;
    return wish;
}

std::string text_of(const std::string& file, const std::string& query) {
    std::string text;
    for (const SqlRow& row : store::SqliteDatabase{{file}}.open_session().value()->query(query))
        text += row.text(0) + " " + std::to_string(row.integer(1)) + "\n";
    return text;
}

std::string reported_by_month(const std::string& file) {
    return text_of(
        file,
        "SELECT substr(booked_on, 1, 7), SUM(amount) FROM sales_reported GROUP BY 1 ORDER BY 1"
    );
}

/// Case 9 of docs/commerce/cases.md, live: to the cent.
class PolicyChangeCase9 : public testing::Test {
protected:
    static Policy korea() {
        Policy policy;
        policy.currency = "KRW";
        policy.offset_minutes = 540;
        return policy;
    }

    void open() {
        instance_ =
            Instance::open({.directory = folder_.file("log"), .survive_power_cut = false}).value();
        ASSERT_TRUE(instance_->add_domain_text(order_contract(), "order.yaml"));
        const SalesRule at_delivery{.at_order = false, .at_delivery = true, .booked = false};
        ASSERT_TRUE(instance_->add_service(
            "order", "sales", sales_by_policy(korea(), at_delivery), folder_.file("sales.sqlite")
        ));
        ASSERT_TRUE(instance_->start());
    }

    void publish(const std::vector<Event>& events) {
        for (const auto& answer : instance_->publish(events))
            ASSERT_TRUE(answer.has_value()) << answer.error().message;
        ASSERT_TRUE(instance_->wait_until_idle(Milliseconds{30'000}));
    }

    void ask(Verb verb) {
        auto models = ReadModels::open(folder_.file("sales.sqlite")).value();
        const auto number = models.ask(policy_wish(verb, "2024-02-01")).value();
        const auto outcome = models.wait_for(number, Milliseconds{60'000}).value();
        ASSERT_EQ(outcome.state, State::kDone) << outcome.text;
    }

    [[nodiscard]] std::string live() const {
        return ReadModels::open(folder_.file("sales.sqlite")).value().live_file().value();
    }

    ::sluice::test::TempDir folder_;
    std::unique_ptr<Instance> instance_;
};

TEST_F(PolicyChangeCase9, BookedAtDeliveryUntilThenAtOrderAfterwards) {
    test::Story r{"R"};
    test::Story p{"P"};
    test::Story q{"Q"};
    using test::order_of;
    using test::unit;
    open();
    publish({
        q.placed("2024-01-28T03:00:00Z", order_of({unit({1, 1}, "s", 5'000)})),
        p.placed("2024-01-30T03:00:00Z", order_of({unit({1, 1}, "s", 8'000)})),
        q.dispatched("2024-01-30T04:00:00Z", "s", {{1, 1}}),
        q.completed("2024-01-31T03:00:00Z", "s", {{1, 1}}),
        r.placed(
            "2024-01-31T15:10:00Z", order_of({unit({1, 1}, "s", 6'000), unit({2, 1}, "s", 4'000)})
        ),
    });
    EXPECT_EQ(reported_by_month(live()), "2024-01 5000\n");
    ask(Verb::kBegin);
    for (int look = 0; look < 3'000; ++look) {
        const auto all = ReadModels::open(folder_.file("sales.sqlite")).value().all().value();
        if (all.back().phase == "ready") break;
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    publish({
        p.dispatched("2024-02-02T03:00:00Z", "s", {{1, 1}}),
        p.completed("2024-02-03T03:00:00Z", "s", {{1, 1}}),
        q.returned("2024-02-05T03:00:00Z", {{1, 1}}),
    });
    EXPECT_EQ(reported_by_month(live()), "2024-01 5000\n2024-02 3000\n") << "at delivery";
    ask(Verb::kSwitch);
    EXPECT_EQ(reported_by_month(live()), "2024-01 5000\n2024-02 13000\n")
        << "R is counted, at order";
    publish({
        r.cancelled("2024-02-10T03:00:00Z", {{2, 1}}),
        r.dispatched("2024-02-11T03:00:00Z", "s", {{1, 1}}),
        r.completed("2024-02-12T03:00:00Z", "s", {{1, 1}}),
        r.returned("2024-03-03T03:00:00Z", {{1, 1}}),
    });
    EXPECT_EQ(reported_by_month(live()), "2024-01 5000\n2024-02 9000\n2024-03 -6000\n");
    EXPECT_EQ(
        text_of(live(), "SELECT event_id, amount FROM sales_entry WHERE kind = 'transition'"),
        "P.transition 8000\n"
    );
    EXPECT_EQ(
        reported_by_month(folder_.file("sales.sqlite")),
        "2024-01 5000\n2024-02 9000\n2024-03 -6000\n"
    ) << "the old one is fed on: Feb 80 + 60 - 50, Mar -60";
}

/// An operator beside a run of the platform: rebuilds and switches while events are published and
/// the process is restarted by chaos.
class PolicyChange : public testing::Test {
protected:
    PolicyChange() {
        control_.progress = [this](std::string_view stage, std::uint64_t done, std::uint64_t all) {
            if (stage == "publishing") look(static_cast<double>(done) / static_cast<double>(all));
        };
    }

    /// Called between two batches: what it waits for goes on beside it.
    void look(double published) {
        auto models = ReadModels::open(file()).value();
        if (!begun_) begun_ = models.ask(policy_wish(Verb::kBegin, day_)).value();
        if (published > 0.3 && !switched_) {
            const auto ready = [&] {
                before_ = reported_by_month(file());
                return models.all().value().back().phase == "ready" && !before_.empty();
            };
            if (!wait_for(ready)) return;
            EXPECT_EQ(models.live_file().value(), file()) << "the old numbers until the switch";
            switched_ = models.ask(policy_wish(Verb::kSwitch, "")).value();
            return;
        }
        if (published > 0.7 && switched_) static_cast<void>(models.wait_for(*switched_, kLong));
    }

    /// A process that is about to be restarted does no more: then the next one has to.
    template <class Holds>
    static bool wait_for(Holds holds) {
        for (int look = 0; look < 300; ++look) {
            if (holds()) return true;
            std::this_thread::sleep_for(std::chrono::milliseconds{10});
        }
        return false;
    }

    [[nodiscard]] std::string file() const {
        return (workspace_.read_models() / "sales.sqlite").string();
    }

    std::vector<std::string> booked(const std::string& table, const std::string& live) {
        std::vector<std::string> rows;
        const std::string query =
            "SELECT event_id || ' ' || order_id || ' ' || kind || ' ' || booked_on || ' ' || units "
            "|| ' ' || amount FROM " +
            table + " WHERE policy = 'booked' ORDER BY 1";
        if (!live.empty()) {
            for (const SqlRow& row :
                 store::SqliteDatabase{{live}}.open_session().value()->query(query))
                rows.push_back(row.text(0));
            return rows;
        }
        auto oracle = oracle::Oracle::calculate(
            {.raw = workspace_.raw(), .additions = workspace_.additions(), .read_models = {}}
        );
        auto statement = oracle.value().database().prepare(query).value();
        while (statement.step().value()) rows.push_back(statement.text(0));
        return rows;
    }

    static constexpr Milliseconds kLong{60'000};
    std::uint64_t seed_{sluice::test::seed()};
    testing::ScopedTrace trace_{__FILE__, __LINE__, sluice::test::rerun(seed_)};
    ::sluice::test::TempDir folder_;
    RunOptions asked_{test::small_run(seed_, folder_.file("state"))};
    Workspace workspace_{open_larger()};
    RunControl control_{test::quiet()};
    std::string day_{to_text(Policy{}.switch_on)};
    std::optional<std::int64_t> begun_;
    std::optional<std::int64_t> switched_;
    std::string before_;

private:
    Workspace open_larger() {
        asked_.orders = 400;
        return test::open_workspace(asked_);
    }
};

TEST_F(PolicyChange, LiveWhileEventsFlowTheOracleAgreesAndClosedDaysStay) {
    const RunInput input = test::prepare(workspace_);
    const auto ran = run_sluice(workspace_, input, control_);
    ASSERT_TRUE(ran.has_value()) << ran.error().message;
    EXPECT_TRUE(ran->good()) << "the old one is fed on, side by side\n" << to_text(ran.value());
    const auto models = ReadModels::open(file()).value();
    ASSERT_TRUE(switched_.has_value());
    EXPECT_EQ(models.outcome(*begun_).value().state, State::kDone);
    const auto outcome = models.outcome(*switched_).value();
    ASSERT_EQ(outcome.state, State::kDone) << outcome.text;
    const std::string live = models.live_file().value();
    EXPECT_NE(live, file());
    EXPECT_FALSE(before_.empty());
    const auto found = booked("sales_entry", live);
    EXPECT_GT(found.size(), 300U);
    EXPECT_EQ(found, booked("oracle_sales_entry", ""));
    EXPECT_EQ(
        text_of(
            live, "SELECT policy, COUNT(*) FROM sales_entry WHERE policy <> 'booked' GROUP BY 1"
        ),
        ""
    );
    const std::string closed =
        "SELECT booked_on, amount FROM sales_reported WHERE booked_on < '" + day_ + "' ORDER BY 1";
    EXPECT_EQ(text_of(live, closed), text_of(file(), closed)) << "closed days have not moved";
    EXPECT_FALSE(text_of(live, closed).empty());
}

}  // namespace
}  // namespace sluice::commerce
