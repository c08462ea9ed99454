#include "project/filter.hpp"

#include "project/filter_fixture.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace sluice::project {
namespace {

using test::order_event;
using test::verdict;

struct Case {
    const char* filters;
    const char* expected;
};

void expect_all(const std::vector<Case>& cases, const Event& event = order_event()) {
    for (const Case& one : cases)
        EXPECT_EQ(verdict(one.filters, event), one.expected) << one.filters;
}

TEST(Filter, NoFiltersPassEverything) {
    EXPECT_EQ(verdict("[]"), "passes");
    EXPECT_EQ(verdict("null"), "passes");
}

TEST(Filter, ExactPrefixAndSuffixCompareAttributes) {
    expect_all({
        {"[{exact: {type: order.placed}}]", "passes"},
        {"[{exact: {type: Order.placed}}]", "filtered"},
        {"[{exact: {type: order.placed, region: kr}}]", "passes"},
        {"[{exact: {type: order.placed, region: jp}}]", "filtered"},
        {"[{exact: {nothing: x}}]", "filtered"},
        {"[{exact: {datacontenttype: application/json}}]", "passes"},
        {"[{prefix: {type: order.}}]", "passes"},
        {"[{prefix: {type: rder}}]", "filtered"},
        {"[{suffix: {source: /kr}}]", "passes"},
        {"[{suffix: {source: /k}}]", "filtered"},
        {"[{prefix: {nothing: x}}]", "filtered"},
    });
}

TEST(Filter, AListIsAnAnd) {
    expect_all({
        {"[{exact: {region: kr}}, {prefix: {type: order}}]", "passes"},
        {"[{exact: {region: kr}}, {prefix: {type: x}}]", "filtered"},
    });
}

TEST(Filter, AllAnyAndNotCombine) {
    expect_all({
        {"[{all: [{exact: {region: kr}}, {suffix: {type: placed}}]}]", "passes"},
        {"[{all: [{exact: {region: kr}}, {suffix: {type: x}}]}]", "filtered"},
        {"[{any: [{exact: {region: jp}}, {suffix: {type: placed}}]}]", "passes"},
        {"[{any: [{exact: {region: jp}}, {suffix: {type: x}}]}]", "filtered"},
        {"[{not: {exact: {region: jp}}}]", "passes"},
        {"[{not: {exact: {nothing: x}}}]", "passes"},
        {"[{not: {any: [{exact: {region: jp}}, {exact: {region: kr}}]}}]", "filtered"},
    });
}

TEST(Filter, SqlSeesAttributesAsTexts) {
    expect_all({
        {"[{sql: \"region = 'kr' AND type LIKE 'order.%'\"}]", "passes"},
        {"[{sql: sequence > 4}]", "passes"},
        {"[{sql: sequence > 5}]", "filtered"},
        {"[{sql: datacontenttype = 'application/json'}]", "passes"},
        {"[{sql: specversion = '1.0'}]", "passes"},
        {"[{sql: EXISTS data}]", "filtered"},
        {"[{sql: nothing = 'x'}]", "unjudged"},
        {"[{sql: region > 4}]", "unjudged"},
    });
}

// A part that fails neither passes nor is turned into a pass; another part may still decide.
TEST(Filter, WhatFailsDoesNotPassWhicheverWayItIsPut) {
    expect_all({
        {"[{not: {sql: nothing = 'x'}}]", "unjudged"},
        {"[{not: {not: {sql: nothing = 'x'}}}]", "unjudged"},
        {"[{all: [{sql: nothing = 'x'}, {exact: {region: kr}}]}]", "unjudged"},
        {"[{all: [{sql: nothing = 'x'}, {exact: {region: jp}}]}]", "filtered"},
        {"[{any: [{sql: nothing = 'x'}, {exact: {region: kr}}]}]", "passes"},
        {"[{any: [{sql: nothing = 'x'}, {exact: {region: jp}}]}]", "unjudged"},
        {"[{sql: nothing = 'x'}, {exact: {region: jp}}]", "filtered"},
    });
}

TEST(Filter, DataIsReadOnlyAsJson) {
    Event event = order_event();
    const char* filter = "[{urn:sluice:data: {/status: PAID}}]";
    EXPECT_EQ(verdict(filter, event), "passes");
    event.datacontenttype = "text/plain";
    EXPECT_EQ(verdict(filter, event), "unjudged");
    event.datacontenttype = "application/vnd.shop+json";
    EXPECT_EQ(verdict(filter, event), "passes");
    event.datacontenttype = std::nullopt;
    EXPECT_EQ(verdict(filter, event), "passes");
    event.data = "{broken";
    EXPECT_EQ(verdict(filter, event), "unjudged");
    event.data = std::nullopt;
    EXPECT_EQ(verdict(filter, event), "filtered");
}

TEST(Filter, ARecordThatIsNotInBinaryModeIsNotJudged) {
    const auto loaded = test::load_filters("[]");
    cesql::Scratch scratch;
    const Record record = event::to_structured_record(order_event(), "A-1");
    EXPECT_EQ(loaded.filter->judge(record, scratch), Verdict::kUnjudged);
    EXPECT_EQ(loaded.filter->judge(Record{}, scratch), Verdict::kUnjudged);
}

TEST(Filter, TellsWhichFieldsItReads) {
    const auto loaded = test::load_filters(
        "[{any: [{urn:sluice:data: {/a: 1}}, {not: {urn:sluice:data: {/b/*/c: x}}}]}, {sql: a = "
        "'b'}]"
    );
    ASSERT_TRUE(loaded.filter.has_value()) << loaded.problems;
    EXPECT_EQ(loaded.filter->fields(), (std::vector<std::string>{"/a", "/b/*/c"}));
}

}  // namespace
}  // namespace sluice::project
