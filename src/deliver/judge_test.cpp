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
    EXPECT_FALSE(ends_transaction(SqlError{Kind::kBusy, "x"}));
    EXPECT_TRUE(ends_transaction(SqlError{Kind::kSerialization, "x"}));
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
