#include "log/kafka/call_within.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace sluice::log::kafka {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

TEST(CallWithin, AnswersWhatTheCallAnswers) {
    EXPECT_EQ(call_within<int>(60s, [] { return 7; }), 7);
}

TEST(CallWithin, OneThatDoesNotComeBackIsNotWaitedForAndKeepsWhatItHolds) {
    std::promise<void> go;
    std::future<void> gone;
    {
        auto held = std::make_shared<std::promise<void>>();
        gone = held->get_future();
        const auto stuck = call_within<int>(1ms, [held, until = go.get_future().share()] {
            until.wait();
            return 1;
        });
        EXPECT_EQ(stuck, std::nullopt);
    }
    EXPECT_EQ(gone.wait_for(0s), std::future_status::timeout);
    go.set_value();
    EXPECT_EQ(gone.wait_for(60s), std::future_status::ready);  // broken: what was held has gone
}

}  // namespace
}  // namespace sluice::log::kafka
