#pragma once

#include "contract/load.hpp"
#include "daemon/api/routes.hpp"
#include "daemon/operations/daemon_fixture.hpp"
#include "daemon/operations/operations.hpp"
#include "http/server.hpp"
#include "runtime/domain/plan_of.hpp"
#include "runtime/domain/topics.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <utility>

namespace sluice::daemon::test {

/// A log with the shop's topics, its operations, and a server that answers them.
class ShopApi : public testing::Test {
protected:
    ShopApi() {
        auto options = log::test::test_options(scratch_.path());
        options.durability = log::Durability::kProcessCrash;
        log_ = log::test::open_or_fail(options);
        const auto contract = std::make_shared<const contract::Contract>(
            contract::load_contract_text("shop.yaml", kShopContract).value()
        );
        runtime::DomainPlan plan = runtime::plan_of(contract);
        EXPECT_TRUE(runtime::ensure_topics(*log_, plan.name, plan.homes, plan.channel_topics()));
        operations_ = std::make_unique<Operations>(*log_, clock_, event::EventLimits{});
        operations_->add(std::move(plan));
        operations_->expect("shop", "audit");
        server_ = std::make_unique<http::Server>(http::ServerOptions{});
        add_routes(*server_, *operations_, pulled_, clock_);
        EXPECT_TRUE(server_->start());
    }

    [[nodiscard]] Operations& operations() { return *operations_; }

    [[nodiscard]] log::Log& log() { return *log_; }

    [[nodiscard]] http::Server& server() { return *server_; }

    [[nodiscard]] PullDirectory& pulled() { return pulled_; }

private:
    ScratchDirectory scratch_;
    SystemClock clock_;
    std::unique_ptr<log::EmbeddedLog> log_;
    std::unique_ptr<Operations> operations_;
    PullDirectory pulled_;
    std::unique_ptr<http::Server> server_;  ///< ends first
};

}  // namespace sluice::daemon::test
