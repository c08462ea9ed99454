#include "daemon/verbs/command_request.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace sluice::daemon {
namespace {

CommandRequest good_request() {
    CommandRequest request;
    request.verb = "skip";
    request.domain = "shop";
    request.subject = "order-1";
    request.missing = "/orders 1";
    request.reason = "its row was lost";
    request.by = "alice";
    request.id = "c-1";
    request.view = "0123456789abcdef";
    return request;
}

std::string body_refusal(const std::string& body) {
    const auto parsed = parse_command(body);
    EXPECT_TRUE(parsed || parsed.error().code == ErrorCode::kInvalidArgument);
    return parsed ? "" : parsed.error().message;
}

TEST(CommandRequest, IsReadBackAsItWasWritten) {
    EXPECT_EQ(parse_command(to_text(command_json(good_request()))).value(), good_request());
    CommandRequest repair = good_request();
    repair.verb = "repair";
    repair.missing.clear();
    repair.copy = R"({"n": 12345678901234567890123})";  // its numbers stay as they are
    repair.offset = Offset{17};
    EXPECT_EQ(parse_command(to_text(command_json(repair))).value(), repair);
}

TEST(CommandRequest, WhatIsNoCommandIsNamed) {
    EXPECT_EQ(body_refusal("[]"), "the body is no JSON object");
    EXPECT_EQ(body_refusal("{"), "the body is no JSON object");
    EXPECT_EQ(body_refusal(R"({"verb": 1})"), "`verb`: is not a string");
    EXPECT_EQ(body_refusal(R"({"offset": "1"})"), "`offset`: is not a whole number");
    EXPECT_EQ(body_refusal(R"({"offset": -1})"), "`offset`: is not a whole number");
    EXPECT_EQ(
        body_refusal(R"({"reasn": "x"})"),
        "'reasn' is no member of a command; did you mean 'reason'?"
    );
}

TEST(CommandRequest, WhatIsMissingOrNotForTheVerbIsNamed) {
    struct Row {
        std::function<void(CommandRequest&)> change;
        std::string why;
    };

    const std::vector<Row> rows{
        {[](auto& r) { r.verb = "skipp"; },
         "`verb`: 'skipp' is none; did you mean 'skip'?; there are: skip, release, drop, settle, "
         "take-back, adopt, unflood, repair"},
        {[](auto& r) { r.event = "e"; }, "`event` is not for skip; it takes: missing, cause"},
        {[](auto& r) { r.offset = Offset{1}; },
         "`offset` is not for skip; it takes: missing, cause"},
        {[](auto& r) { r.subject.clear(); },
         "name a `subject`, or all that stand for a `cause`, and not both"},
        {[](auto& r) { r.cause = "gap"; },
         "name a `subject`, or all that stand for a `cause`, and not both"},
        {[](auto& r) { r.reason.clear(); }, "`reason`: is missing; say why, the audit keeps it"},
        {[](auto& r) { r.by.clear(); }, "`by`: is missing; say who, the audit keeps it"},
        {[](auto& r) { r.reason = std::string(501, 'x'); }, "`reason`: 501 bytes, at most 500"},
        {[](auto& r) { r.by = "a\nb"; }, "`by`: is not one line of text"},
        {[](auto& r) { r.id = std::string(101, 'x'); }, "`id`: 101 bytes, at most 100"},
        {[](auto& r) {
             r.verb = "settle";
             r.missing.clear();
             r.winner = "both";
         },
         "`winner`: is first or newcomer"},
        {[](auto& r) {
             r.verb = "repair";
             r.missing.clear();
         },
         "`copy`: is missing; it is the edited event as JSON text"},
    };
    for (const Row& row : rows) {
        CommandRequest request = good_request();
        row.change(request);
        EXPECT_EQ(body_refusal(to_text(command_json(request))), row.why);
    }
}

TEST(CommandRequest, EveryVerbIsTakenWhereItBelongs) {
    for (const bool of_subscription : {false, true}) {
        for (const std::string_view verb : command_verbs(of_subscription)) {
            CommandRequest request = good_request();
            request.verb = verb;
            request.missing.clear();
            if (of_subscription) request.subscription = "sales";
            if (verb == "settle") request.winner = "first";
            if (verb == "repair" || verb == "edit") request.copy = "{}";
            EXPECT_EQ(body_refusal(to_text(command_json(request))), "") << verb;
        }
    }
}

TEST(CommandRequest, OfASubscriptionIsReadBackAndCheckedAsWell) {
    CommandRequest redrive = good_request();
    redrive.verb = "redrive";
    redrive.missing.clear();
    EXPECT_EQ(
        body_refusal(to_text(command_json(redrive))), "redrive is about a subscription: name it"
    );
    redrive.subscription = "sales";
    redrive.subject.clear();
    redrive.cause = "parked";
    redrive.type = "order.placed";
    redrive.rate = 100;
    EXPECT_EQ(parse_command(to_text(command_json(redrive))).value(), redrive);
    redrive.rate = 0;
    EXPECT_EQ(body_refusal(to_text(command_json(redrive))), "`rate`: 0 is not from 1 to 1000000");
    CommandRequest drop = good_request();
    drop.verb = "drop";
    drop.missing.clear();
    drop.subscription = "sales";
    EXPECT_EQ(
        body_refusal(to_text(command_json(drop))),
        "drop is about what waits before the ordered topic: name no subscription"
    );
    CommandRequest pause = good_request();
    pause.verb = "pause";
    pause.missing.clear();
    pause.subscription = "sales";
    pause.subject.clear();
    EXPECT_EQ(body_refusal(to_text(command_json(pause))), "") << "all of it";
}

}  // namespace
}  // namespace sluice::daemon
