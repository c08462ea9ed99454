#include "project/filter_fixture.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace sluice::project {
namespace {

constexpr const char* kDialects = "exact, prefix, suffix, all, any, not, sql, urn:sluice:data";

struct Refused {
    const char* filters;
    std::string told;
};

void expect_refused(const std::vector<Refused>& cases) {
    for (const Refused& one : cases) {
        const test::Loaded loaded = test::load_filters(one.filters);
        EXPECT_FALSE(loaded.filter.has_value()) << one.filters;
        EXPECT_EQ(loaded.problems, one.told) << one.filters;
    }
}

TEST(FilterLoad, UnknownDialectsAreRefused) {
    expect_refused({
        {"[{regex: {type: .*}}]",
         fmt::format("f:1:2: /0: 'regex' is no filter dialect; there are: {}", kDialects)},
        {"[{Exact: {type: x}}]",
         fmt::format("f:1:2: /0: 'Exact' is no filter dialect; there are: {}", kDialects)},
        {"[{exact: {type: a}, prefix: {type: a}}]",
         fmt::format(
             "f:1:2: /0: a filter is a mapping with one name, its dialect; there are: {}", kDialects
         )},
        {"[exact]",
         fmt::format(
             "f:1:2: /0: a filter is a mapping with one name, its dialect; there are: {}", kDialects
         )},
        {"[{not: [{exact: {type: a}}]}]",
         fmt::format(
             "f:1:8: /0/not: a filter is a mapping with one name, its dialect; there are: {}",
             kDialects
         )},
        {"{exact: {type: a}}", "f:1:1: a mapping is not a list"},
    });
}

TEST(FilterLoad, EmptyOnesAreRefused) {
    expect_refused({
        {"[{exact: {type: ''}}]",
         "f:1:17: /0/exact/type: '' is no value to look for; at least one character is due"},
        {"[{suffix: {'': x}}]", "f:1:16: /0/suffix/: '' is no attribute of an event: a-z and 0-9"},
        {"[{exact: {}}]",
         "f:1:10: /0/exact: a mapping of attributes to texts is due here, such as {type: "
         "order.placed}"},
        {"[{prefix: null}]",
         "f:1:3: /0/prefix: a mapping of attributes to texts is due here, such as {type: "
         "order.placed}"},
        {"[{all: []}]", "f:1:8: /0/all: the list is empty; at least one filter is due"},
        {"[{any: []}]", "f:1:8: /0/any: the list is empty; at least one filter is due"},
        {"[{any: null}]", "f:1:3: /0/any: the list is empty; at least one filter is due"},
        {"[{sql: ''}]", "f:1:8: /0/sql: '': column 1: a value is due, found the end"},
        {"[{sql: null}]", "f:1:3: /0/sql: an expression is due here"},
        {"[{urn:sluice:data: {}}]",
         "f:1:20: /0/urn:sluice:data: is empty; name at least one field, such as /total"},
    });
}

TEST(FilterLoad, WrongExpressionsAreRefusedWithTheirColumn) {
    expect_refused({
        {"[{sql: 1/0}]",
         "f:1:8: /0/sql: '1/0': column 2: fails for every event: a division by zero, or a number "
         "beyond 32 bits"},
        {"[{sql: type = }]", "f:1:8: /0/sql: 'type =': column 7: a value is due, found the end"},
        {"[{sql: type}]",
         "f:1:8: /0/sql: 'type': column 1: gives String, and a filter must give Boolean; compare "
         "it with something, such as x = TRUE"},
        {"[{sql: 5}]", "f:1:8: /0/sql: 5 is not a text; put it into quotes"},
    });
}

TEST(FilterLoad, ValuesAreTexts) {
    expect_refused({
        {"[{exact: {sequence: 5}}]",
         "f:1:21: /0/exact/sequence: 5 is not a text; put it into quotes"},
        {"[{exact: {ce_type: a}}]",
         "f:1:20: /0/exact/ce_type: 'ce_type' is no attribute of an event: a-z and 0-9"},
        {"[{exact: {type: null}}]", "f:1:11: /0/exact/type: a text is due here"},
        {"[{exact: type}]", "f:1:10: /0/exact: 'type' is not a mapping"},
    });
}

TEST(FilterLoad, TellsEverythingThatIsWrong) {
    const auto loaded = test::load_filters("[{exact: {type: ''}}, {all: []}, {x: 1}]");
    EXPECT_EQ(std::count(loaded.problems.begin(), loaded.problems.end(), '\n'), 2)
        << loaded.problems;
}

}  // namespace
}  // namespace sluice::project
