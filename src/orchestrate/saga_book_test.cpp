#include "orchestrate/saga_book.hpp"

#include "saga/saga_fixture.hpp"

#include <gtest/gtest.h>

namespace sluice::orchestrate {
namespace {

saga::Definition version(std::uint32_t number) {
    saga::Definition definition = saga::test::checkout();
    definition.version = number;
    return definition;
}

TEST(SagaBook, TheNewestVersionBegins) {
    const auto book = SagaBook::make({version(2), version(10), version(1)});
    ASSERT_TRUE(book.has_value());
    EXPECT_EQ(book->newest("checkout").value()->definition().version, 10U);
    EXPECT_EQ(
        book->newest("check-out").error().message, "check-out: no such saga; there are: checkout"
    );
    EXPECT_EQ(
        SagaBook::make({}).value().newest("x").error().message, "x: no sagas are defined here"
    );
}

TEST(SagaBook, ASagaGoesOnWithTheVersionThatItBeganWith) {
    const auto old = SagaBook::make({version(1)});
    const auto begun = old->newest("checkout").value()->make("c-1", "m", "", 1, {});
    ASSERT_TRUE(begun.has_value());
    const auto both = SagaBook::make({version(1), version(2)});
    EXPECT_EQ(both->of(begun.value()).value()->definition().version, 1U);
    EXPECT_EQ(both->rules(begun.value()).definition().version, 1U);

    const auto gone = SagaBook::make({version(2)});
    EXPECT_EQ(
        gone->of(begun.value()).error().message,
        "saga c-1 is under way with checkout version 1, which is defined nowhere: keep that "
        "version until its sagas have ended"
    );
    saga::Definition changed = version(1);
    changed.steps.pop_back();
    EXPECT_EQ(
        SagaBook::make({changed}).value().of(begun.value()).error().code, ErrorCode::kConflict
    );
}

TEST(SagaBook, RefusesWhatIsNotValidOrThereTwice) {
    saga::Definition bad = version(1);
    bad.steps.clear();
    EXPECT_EQ(SagaBook::make({bad}).error().code, ErrorCode::kBadConfig);
    EXPECT_EQ(
        SagaBook::make({version(3), version(3)}).error().message,
        "saga checkout version 3 is defined twice"
    );
}

}  // namespace
}  // namespace sluice::orchestrate
