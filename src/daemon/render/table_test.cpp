#include "daemon/render/table.hpp"

#include <gtest/gtest.h>

namespace sluice::daemon {
namespace {

TEST(Table, AlignsTextLeftAndNumbersRight) {
    Table table{{"name", ">count", "why"}};
    EXPECT_TRUE(table.empty());
    table.add({"a", "1", "short"});
    table.add({"longer name", "12345", ""});
    EXPECT_FALSE(table.empty());
    EXPECT_EQ(
        table.text(),
        "name         count  why\n"
        "a                1  short\n"
        "longer name  12345\n"
    );
    EXPECT_EQ(
        table.text_without_heads(),
        "a                1  short\n"
        "longer name  12345\n"
    );
}

TEST(Table, CountsCharactersNotBytes) {
    Table table{{"a", "b"}};
    table.add({"é€", "x"});
    table.add({"ab", "x"});
    EXPECT_EQ(table.text_without_heads(), "é€  x\nab  x\n");
}

TEST(Table, NoCellSteersTheTerminal) {
    Table table{{"a"}};
    table.add({"\x1B[31mred\nnext\tx\x7F"});
    EXPECT_EQ(table.text_without_heads(), "?[31mred?next?x?\n");
    EXPECT_EQ(printable("plain ä"), "plain ä");
}

TEST(Table, PagesOfOneListingStayAligned) {
    Table first{{"a", "b"}};
    first.add({"wide cell", "x"});
    Table second{{"a", "b"}};
    second.add({"y", "z"});
    second.widen(first);
    EXPECT_EQ(second.text_without_heads(), "y          z\n");
}

}  // namespace
}  // namespace sluice::daemon
