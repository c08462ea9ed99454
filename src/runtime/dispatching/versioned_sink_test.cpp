#include "runtime/dispatching/versioned_sink.hpp"

#include "cast/cast_fixture.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace sluice::runtime {
namespace {

/// Wants orders, and notes in which version they come.
class OrderSink final : public deliver::Sink {
public:
    explicit OrderSink(std::vector<std::string>& seen) : seen_{seen} {}

    [[nodiscard]] bool wants(std::string_view type) const override {
        return type == "order.placed";
    }

    std::vector<dispatch::RunOutcome> deliver(std::span<const deliver::RunWork> runs) override {
        for (const deliver::RunWork& run : runs) {
            for (const deliver::Outgoing& one : run.events)
                seen_.emplace_back(one.record->header("ce_dataschema").value_or("-"));
        }
        return std::vector<dispatch::RunOutcome>(runs.size(), {1, {}});
    }

private:
    std::vector<std::string>& seen_;
};

class VersionedSink : public testing::Test {
protected:
    Result<std::unique_ptr<deliver::Sink>> opened(const cast::Asked& asked) {
        return in_versions(std::make_unique<OrderSink>(seen_), asked, casts_);
    }

    std::string refusal(const cast::Asked& asked, ErrorCode code = ErrorCode::kBadConfig) {
        const auto sink = opened(asked);
        if (sink) return "taken";
        EXPECT_EQ(sink.error().code, code);
        return sink.error().message;
    }

    std::vector<std::string> seen_;
    ServiceCasts casts_{cast::test::loaded(), cast::test::jq_child()};
};

TEST_F(VersionedSink, SeesNothingButTheVersionThatIsAskedFor) {
    const Record oldest = cast::test::record_of(R"({"name":"Kim Mina","price":12,"country":"KR"})");
    const std::vector runs{deliver::RunWork{"A-1", {{Position{1}, Offset{0}, &oldest}}, 1}};
    for (const std::uint32_t version : {3U, 2U, 1U}) {
        auto sink = opened({{"order.placed", version}});
        ASSERT_TRUE(sink.has_value()) << sink.error().message;
        EXPECT_TRUE(sink.value()->wants("order.placed"));
        EXPECT_FALSE(sink.value()->wants("order.paid"));
        EXPECT_EQ(sink.value()->deliver(runs).front().handled, 1U);
    }
    EXPECT_EQ(seen_, (std::vector{cast::test::uri(3), cast::test::uri(2), std::string{"-"}}));
}

TEST_F(VersionedSink, WithoutVersionsNoProcessIsStarted) {
    casts_.programs.worker = {"/nonexistent/sluice", "jq-worker"};
    EXPECT_TRUE(opened({}).has_value());
    casts_.contract = nullptr;
    EXPECT_TRUE(opened({{"order.placed", 3}}).has_value()) << "who adds it says that it is missing";
}

TEST_F(VersionedSink, WhatCannotBeHadIsNamed) {
    EXPECT_EQ(
        refusal({{"order.placed", 4}}), "versions: order.placed has no version 4; there are 1 to 3"
    );
    EXPECT_NE(
        refusal({{"order.placd", 1}}).find("did you mean 'order.placed'?"), std::string::npos
    );
    const auto shown = refusal({{"order.placed", 3}, {"order.paid", 1}});
    EXPECT_NE(shown.find("'order.paid' is no type of order"), std::string::npos) << shown;
}

TEST_F(VersionedSink, AVersionOfWhatIsNotHandledIsASlip) {
    casts_.contract = cast::test::loaded(contract::test::versioned_with(
        "channels:\n",
        "channels:\n  paid: {messages: {order.paid: {payload: {type: object}, x-sluice: {versions: "
        "{1: {}}}}}}\n"
    ));
    EXPECT_EQ(
        refusal({{"order.paid", 1}}),
        "version 1 of order.paid is asked for, and there is no handler of it"
    );
}

TEST_F(VersionedSink, AWorkerThatIsNotThereIsNamedWithWhatToDo) {
    casts_.programs.worker = {"/nonexistent/sluice", "jq-worker"};
    EXPECT_EQ(
        refusal({{"order.placed", 3}}, ErrorCode::kUnavailable),
        "versions: /nonexistent/sluice cannot be started: No such file or directory; "
        "InstanceOptions::jq_worker names the program that runs casts: `sluice jq-worker`"
    );
}

}  // namespace
}  // namespace sluice::runtime
