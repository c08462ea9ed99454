// The review service on each database beside itself on SQLite, in one platform fed by the same
// generated orders, late, doubled and with restarts: not a row may differ.

#include <sluice/instance.hpp>

#include "base/test_seed.hpp"
#include "commerce/contract/contract.hpp"
#include "commerce/produce/publications.hpp"
#include "commerce/review/review_service.hpp"
#include "commerce/run/publishing.hpp"
#include "commerce/run/run_fixture.hpp"
#include "store/connect/database_fixture.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>

namespace sluice::commerce {
namespace {

struct Text {
    std::string operator()(std::monostate) const { return "NULL"; }

    std::string operator()(std::int64_t value) const { return std::to_string(value); }

    std::string operator()(double value) const { return std::to_string(value); }

    std::string operator()(const std::string& value) const { return value; }
};

/// A query's rows, one a line.
std::string rows_of(Sql& sql, std::string_view query) {
    std::string all;
    for (const SqlRow& row : sql.query(query)) {
        for (const SqlValue& value : row.values()) all += std::visit(Text{}, value) + "|";
        all += '\n';
    }
    return all;
}

class ReviewOnDatabases : public store::test::DatabaseTest {
protected:
    [[nodiscard]] std::string file() const { return folder_.file("review.sqlite"); }

    std::unique_ptr<Instance> open_platform() {
        auto instance =
            Instance::open({.directory = folder_.file("log"), .survive_power_cut = false}).value();
        require(instance->add_domain_text(order_contract(), "order.yaml"));
        require(instance->add_domain_text(calendar_contract(), "calendar.yaml"));
        require(instance->add_service("order", make_review_service(Policy{}), "sqlite:" + file()));
        const ReviewSql& sql = is_mysql() ? review_sql_of_mysql() : review_sql();
        const Service there = make_review_service(Policy{}, sql).under("review-there");
        require(instance->add_service("order", there, url()));
        require(instance->start());
        return instance;
    }

    static void require(const Status& done) {
        if (!done) throw std::runtime_error{done.error().message};
    }

    ::sluice::test::TempDir folder_;
    RunControl quiet_{test::quiet()};
};

TEST_P(ReviewOnDatabases, ItsRowsAreThoseOfSqlite) {
    const std::uint64_t seed = ::sluice::test::seed();
    SCOPED_TRACE(::sluice::test::rerun(seed));
    RunOptions asked = test::small_run(seed, folder_.file("state"));
    asked.orders = 150;
    const Workspace workspace = test::open_workspace(asked);
    const RunInput input = test::prepare(workspace);
    const Publications publications{input.raw, input.additions, Policy{}};
    const ChaosPlan plan{publications, seed};
    auto publishing = Publishing::resume(workspace, publications, plan);
    ASSERT_TRUE(publishing.has_value()) << publishing.error().message;
    for (auto end = Publishing::End::kRestart; end != Publishing::End::kAll;) {
        const auto instance = open_platform();
        end = publishing->publish(*instance, quiet_.progress, quiet_.cancelled).value();
        if (end == Publishing::End::kAll) {
            ASSERT_TRUE(instance->wait_until_idle(Milliseconds{120'000}));
            EXPECT_EQ(instance->counts().parked_now, 0U);
        }
        require(instance->stop());
    }
    const auto here = session_at("sqlite:" + file());
    const auto there = open();
    for (const std::string_view query :
         {"SELECT * FROM review_entry ORDER BY event_id",
          "SELECT * FROM review_seller ORDER BY seller_id",
          "SELECT * FROM _order ORDER BY order_id",
          "SELECT domain, subject, last_position, last_id_hash FROM sluice_inbox "
          "ORDER BY domain, subject"}) {
        const std::string expected = rows_of(*here, query);
        EXPECT_FALSE(expected.empty()) << query;
        EXPECT_EQ(rows_of(*there, query), expected) << query;
    }
}

INSTANTIATE_TEST_SUITE_P(
    On, ReviewOnDatabases, store::test::databases(), store::test::database_name
);

}  // namespace
}  // namespace sluice::commerce
