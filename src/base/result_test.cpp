#include <sluice/result.hpp>

#include "base/assert.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <type_traits>

namespace sluice {
namespace {

Result<int> half_of(int number) {
    if (number % 2 == 0) return number / 2;
    return Error{ErrorCode::kInvalidArgument, std::to_string(number) + " is odd"};
}

Status require_even(int number) {
    if (const Result<int> half = half_of(number); !half) return half.error().at("require_even");
    return ok();
}

TEST(Result, HoldsAValueOrAnError) {
    EXPECT_EQ(half_of(14).value(), 7);
    EXPECT_TRUE(half_of(14).has_value());
    const Result<int> none = half_of(7);
    ASSERT_FALSE(none.has_value());
    EXPECT_EQ(none.error(), (Error{ErrorCode::kInvalidArgument, "7 is odd"}));
}

TEST(Result, AskingForTheOtherSideEndsTheProcess) {
    Result<int> none = half_of(7);
    const Result<int> seven = half_of(14);
    EXPECT_DEATH(static_cast<void>(none.value()), "Result misused: value\\(\\) of an error");
    EXPECT_DEATH(static_cast<void>(*none), "Result misused: value\\(\\) of an error");
    EXPECT_DEATH(static_cast<void>(half_of(7).value()), "Result misused: value\\(\\) of an error");
    EXPECT_DEATH(static_cast<void>(seven.error()), "Result misused: error\\(\\) of a value");
}

// The classic trap: a result of `false` is no failure.
TEST(Result, IsTrueForEveryValue) {
    EXPECT_TRUE(static_cast<bool>(Result<bool>{false}));
    EXPECT_TRUE(static_cast<bool>(Result<int>{0}));
    EXPECT_TRUE(static_cast<bool>(Result<std::string>{std::string{}}));
    EXPECT_FALSE(static_cast<bool>(Result<bool>{Error{}}));
    static_assert(!std::is_convertible_v<Result<bool>, bool>, "only where a condition is due");
    static_assert(!std::is_convertible_v<Result<int>, int>);
}

TEST(Result, CarriesWhatCanOnlyBeMoved) {
    Result<std::unique_ptr<int>> made{std::make_unique<int>(7)};
    EXPECT_EQ(**made, 7);
    const std::unique_ptr<int> taken = std::move(made).value();
    EXPECT_EQ(*taken, 7);
    static_assert(!std::is_copy_constructible_v<Result<std::unique_ptr<int>>>);
    static_assert(std::is_copy_constructible_v<Result<std::string>>);
}

TEST(Result, GivesAccessToItsValueInPlace) {
    Result<std::string> text{std::string{"ab"}};
    text->push_back('c');
    *text += 'd';
    text.value() += 'e';
    EXPECT_EQ(text.value(), "abcde");
    const Result<std::string>& same = text;
    EXPECT_EQ(same->size(), 5U);
    EXPECT_EQ(*same, "abcde");
}

TEST(Result, CanChangeSides) {
    Result<int> result = half_of(7);
    result = half_of(8);
    EXPECT_EQ(result.value(), 4);
    result = Error{ErrorCode::kFull, "no room"};
    EXPECT_EQ(result.error().code, ErrorCode::kFull);
}

TEST(Status, PassesErrorsOnWithTheirPlace) {
    EXPECT_TRUE(require_even(2).has_value());
    const Status status = require_even(3);
    ASSERT_FALSE(status.has_value());
    EXPECT_EQ(status.error().message, "require_even: 3 is odd");
}

TEST(Error, CollectsPlacesFromInsideOutAndKeepsItsCode) {
    const Error inner{ErrorCode::kCorrupt, "checksum differs"};
    const Error outer = inner.at("record 7").at("000012.sst");
    EXPECT_EQ(outer.message, "000012.sst: record 7: checksum differs");
    EXPECT_EQ(outer.code, ErrorCode::kCorrupt);
    EXPECT_EQ(inner.message, "checksum differs");
    EXPECT_NE(inner, outer);
}

// People search logs for these, and metrics are labelled with them.
TEST(ErrorCode, EachHasANameOfItsOwn) {
    std::set<std::string_view> names;
    for (int code = 0; code <= static_cast<int>(ErrorCode::kUnsupported); ++code) {
        const std::string_view name = to_string(static_cast<ErrorCode>(code));
        EXPECT_TRUE(names.insert(name).second) << name;
        EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz-"), std::string_view::npos);
    }
    EXPECT_EQ(names.size(), 14U);
    EXPECT_TRUE(names.contains("invalid-event"));
    EXPECT_TRUE(names.contains("too-large"));
}

TEST(Assert, EndsTheProcessWithWhatAndWhere) {
    SLUICE_ASSERT(1 + 1 == 2);
    EXPECT_DEATH(
        SLUICE_ASSERT(1 + 1 == 3), "sluice: broken invariant: 1 \\+ 1 == 3 \\(.*result_test\\.cpp:"
    );
    EXPECT_DEATH(SLUICE_UNREACHABLE(), "reached what cannot be reached \\(.*result_test\\.cpp:");
}

TEST(Assert, LooksAtItsConditionOnce) {
    int looked = 0;
    SLUICE_ASSERT(++looked == 1);
    EXPECT_EQ(looked, 1);
}

}  // namespace
}  // namespace sluice
