// SLUICE_CHECKOUTS=100000 plays as many; the usual few hundred take seconds.

#include "commerce/checkout/checkouts.hpp"

#include "base/test_seed.hpp"
#include "commerce/checkout/services.hpp"
#include "log/embedded/test_log.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <ctime>

namespace sluice::commerce {
namespace {

Checkouts::OpenLog opener(const std::filesystem::path& directory) {
    return [directory]() -> Result<std::unique_ptr<log::Log>> {
        auto options = log::test::test_options(directory);
        options.durability = log::Durability::kProcessCrash;
        return log::open_embedded_log(options);
    };
}

double cpu_seconds() {
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

TEST(CommerceCheckouts, StockAndMoneyAreConservedWhateverFails) {
    const log::test::ScratchDirectory scratch;
    CheckoutOptions options;
    options.seed = test::seed();
    SCOPED_TRACE(test::rerun(options.seed));
    options.checkouts = static_cast<std::size_t>(log::test::rounds("SLUICE_CHECKOUTS", 400));
    auto checkouts = Checkouts::open(options, scratch.path(), opener(scratch.path() / "log"));
    ASSERT_TRUE(checkouts.has_value()) << checkouts.error().message;
    const double before = cpu_seconds();
    auto summary = checkouts.value()->run();
    ASSERT_TRUE(summary.has_value()) << summary.error().message;
    const double took = cpu_seconds() - before;
    const auto audited = checkouts.value()->audit();
    ASSERT_TRUE(audited.has_value()) << audited.error().message;
    fmt::print(
        "{} checkouts: {} done, {} compensated; {} commands, {} steps, {} crashes; {:.1f} s of "
        "CPU, "
        "{:.0f} sagas per CPU second\n",
        options.checkouts,
        audited->done,
        audited->compensated,
        audited->commands,
        audited->steps,
        audited->crashes,
        took,
        static_cast<double>(options.checkouts) / took
    );
    EXPECT_GT(audited->done, 0U);
    EXPECT_GT(audited->compensated, 0U);
    EXPECT_GT(audited->commands, options.checkouts);
}

TEST(CommerceCheckouts, WithoutFaultsEachServiceDoesEachOnce) {
    const log::test::ScratchDirectory scratch;
    CheckoutOptions options;
    options.checkouts = 100;
    options.lost_permille = options.doubled_permille = options.later_permille = 0;
    options.cancel_permille = options.crash_permille = 0;
    auto checkouts = Checkouts::open(options, scratch.path(), opener(scratch.path() / "log"));
    ASSERT_TRUE(checkouts.has_value()) << checkouts.error().message;
    const auto summary = checkouts.value()->run();
    ASSERT_TRUE(summary.has_value()) << summary.error().message;
    const auto audited = checkouts.value()->audit();
    ASSERT_TRUE(audited.has_value()) << audited.error().message;
    EXPECT_EQ(audited->done + audited->compensated, 100U);
    EXPECT_GE(audited->commands, 4 * audited->done + audited->compensated);
    EXPECT_EQ(audited->crashes, 0U);
}

TEST(CommerceCheckouts, AnAuditFindsWhatIsMissing) {
    const log::test::ScratchDirectory scratch;
    CheckoutOptions options;
    options.checkouts = 50;
    auto checkouts = Checkouts::open(options, scratch.path(), opener(scratch.path() / "log"));
    ASSERT_TRUE(checkouts.has_value());
    ASSERT_TRUE(checkouts.value()->run().has_value());
    ASSERT_TRUE(checkouts.value()->audit().has_value());
    auto orders = Participant::open((scratch.path() / "orders.db").string(), make_orders()).value();
    orders.sql().execute("update placed set cents = cents + 1 where rowid = 1");
    EXPECT_EQ(checkouts.value()->audit().error().code, ErrorCode::kConflict);
    orders.sql().execute("delete from placed");
    EXPECT_EQ(checkouts.value()->audit().error().code, ErrorCode::kConflict);
}

}  // namespace
}  // namespace sluice::commerce
