#include "base/boxed.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace sluice {
namespace {

TEST(Boxed, EmptyItIsAPointer) {
    static_assert(sizeof(Boxed<std::string>) == sizeof(void*));
    const Boxed<std::string> nothing;
    EXPECT_FALSE(nothing.has_value());
    EXPECT_FALSE(static_cast<bool>(nothing));
    EXPECT_EQ(nothing, Boxed<std::string>{});
}

TEST(Boxed, ACopyIsAnotherValue) {
    Boxed<std::string> one{std::string{"a"}};
    Boxed<std::string> copy = one;
    EXPECT_EQ(copy, one);
    *copy += "b";
    EXPECT_EQ(*one, "a");
    EXPECT_NE(copy, one);
    one = copy;
    EXPECT_EQ(*one, "ab");
    const Boxed<std::string>& itself = one;
    one = itself;
    EXPECT_EQ(*one, "ab");
}

TEST(Boxed, ItIsTakenAndLetGo) {
    Boxed<std::string> one{std::string{"a"}};
    const Boxed<std::string> taken = std::move(one);
    EXPECT_EQ(taken->size(), 1U);
    one = std::string{"new"};
    EXPECT_EQ(*one, "new");
    one.reset();
    EXPECT_FALSE(one.has_value());
    EXPECT_NE(one, taken);
}

TEST(BoxedDeathTest, NothingHasNoValue) {
    Boxed<int> nothing;
    EXPECT_DEATH(static_cast<void>(*nothing), "");
}

}  // namespace
}  // namespace sluice
