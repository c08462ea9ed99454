#include "deliver/judge.hpp"

#include <gtest/gtest.h>

namespace sluice::deliver {
namespace {

using dispatch::FailureKind;

TEST(Judge, HandlersAnswers) {
    EXPECT_FALSE(failure_of(Handled::done()).has_value());
    const auto retry = failure_of(Handled::retry("later", Milliseconds{5}));
    EXPECT_EQ(retry->kind, FailureKind::kRetry);
    EXPECT_EQ(retry->after, Milliseconds{5});
    EXPECT_EQ(failure_of(Handled::dead("never"))->kind, FailureKind::kDead);
}

TEST(Judge, SqlErrors) {
    using Kind = SqlError::Kind;
    for (const Kind kind : {Kind::kBusy, Kind::kSerialization, Kind::kConnection}) {
        EXPECT_EQ(failure_of(SqlError{kind, "x"}).kind, FailureKind::kNotTried);
        EXPECT_TRUE(is_passing(SqlError{kind, "x"}));
    }
    for (const Kind kind : {Kind::kConstraint, Kind::kOther}) {
        EXPECT_EQ(failure_of(SqlError{kind, "x"}).kind, FailureKind::kDead);
    }
    for (const Kind kind : {Kind::kBusy, Kind::kSerialization}) {
        EXPECT_TRUE(is_lock(SqlError{kind, "x"}));
    }
    for (const Kind kind : {Kind::kConnection, Kind::kConstraint, Kind::kOther}) {
        EXPECT_FALSE(is_lock(SqlError{kind, "x"}));
    }
    EXPECT_EQ(failure_of(SqlError{Kind::kOther, "no such table: a"}).reason, "no such table: a");
    EXPECT_FALSE(ends_transaction(SqlError{Kind::kBusy, "x"}));
    EXPECT_TRUE(ends_transaction(SqlError{Kind::kSerialization, "x"}));
}

TEST(Judge, AReusedPositionNamesBothAndWhatToDo) {
    Event event;
    event.id = "a-7";
    event.source = "/orders";
    const auto failure = reused(Position{7}, event);
    EXPECT_EQ(failure.kind, FailureKind::kDead);
    EXPECT_EQ(
        failure.reason,
        "hole: position 7 is used again: the inbox has it from another event than a-7 of /orders; "
        "compare sluice read with the service's own rows"
    );
}

TEST(Judge, NamesAreOneWordOfSmallLetters) {
    const Handler handler = [](const Event&, Sql&) { return Handled::done(); };
    for (const char* fine : {"a", "0", "-", "sales-2", "2026"}) {
        EXPECT_TRUE(check_service(Service{fine}.on("a", handler)).has_value()) << fine;
    }
    for (const char* wrong : {"Sales", "sales_2", "sales 2", "a.b", "매출", "a/b", "a\n"}) {
        const Status checked = check_service(Service{wrong}.on("a", handler));
        ASSERT_FALSE(checked.has_value()) << wrong;
        EXPECT_EQ(checked.error().code, ErrorCode::kBadConfig);
        EXPECT_NE(checked.error().message.find(wrong), std::string::npos);
    }
}

TEST(Judge, ServicesNamesAndHandlers) {
    const Handler handler = [](const Event&, Sql&) { return Handled::done(); };
    EXPECT_TRUE(check_service(Service{"sales-2"}.on("a", handler)).has_value());
    EXPECT_TRUE(check_service(Service{std::string(64, 'a')}.on("a", handler)).has_value());
    EXPECT_FALSE(check_service(Service{std::string(65, 'a')}.on("a", handler)).has_value());
    EXPECT_FALSE(check_service(Service{""}.on("a", handler)).has_value());
    EXPECT_FALSE(check_service(Service{"sales"}.on("a", Handler{})).has_value());
    EXPECT_FALSE(check_service(Service{"sales"}.on("", handler)).has_value());
}

}  // namespace
}  // namespace sluice::deliver
