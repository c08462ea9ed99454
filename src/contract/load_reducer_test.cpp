#include "contract/load.hpp"
#include "contract/test_contract.hpp"
#include "contract/test_versions.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::contract {
namespace {

using Fields = std::vector<std::string>;

std::string with_reducer(std::string_view reducer) {
    return test::with("  homes: 8\n", "  homes: 8\n  reducer: " + std::string{reducer} + "\n");
}

std::string marked_with_reducer(std::string_view reducer) {
    std::string text = with_reducer(reducer);
    constexpr std::string_view kPlain = "{total: {type: integer}}";
    return text.replace(
        text.find(kPlain),
        kPlain.size(),
        "{total: {type: integer}, name: {type: string, x-sluice: {personal: true}}}"
    );
}

std::string problem_of_reducer(const std::string& text) {
    const auto loaded = load_contract_text("o.yaml", text);
    return loaded ? "accepted" : loaded.error().message;
}

Reducer loaded_reducer(const std::string& text) {
    const auto loaded = load_contract_text("o.yaml", text);
    EXPECT_TRUE(loaded.has_value()) << loaded.error().message;
    if (!loaded) return {};
    EXPECT_TRUE(loaded->reducer.has_value());
    return loaded->reducer.value_or(Reducer{});
}

TEST(LoadReducer, WithoutItNoStateIsKept) {
    const auto loaded = load_contract_text("o.yaml", test::kGood);
    ASSERT_TRUE(loaded.has_value());
    EXPECT_FALSE(loaded->reducer.has_value());
}

TEST(LoadReducer, TakesAMergePatchWithWhatIsPersonalInTheEvents) {
    const Reducer none = loaded_reducer(with_reducer("merge-patch"));
    EXPECT_TRUE(none.jq.text.empty());
    EXPECT_EQ(none.personal, Fields{});
    EXPECT_EQ(loaded_reducer(marked_with_reducer("merge-patch")).personal, Fields{"/name"});
}

TEST(LoadReducer, AMergePatchKnowsThePersonalFieldsOfEveryVersion) {
    std::string text{test::kVersioned};
    text.insert(text.find("  homes:"), "  reducer: merge-patch\n");
    const Reducer reducer = loaded_reducer(text);
    EXPECT_NE(
        std::find(reducer.personal.begin(), reducer.personal.end(), "/last"), reducer.personal.end()
    );
}

TEST(LoadReducer, TakesAProgramWithItsPlace) {
    const Reducer reducer = loaded_reducer(with_reducer("{jq: '.state + .event.data'}"));
    EXPECT_EQ(reducer.jq.text, ".state + .event.data");
    EXPECT_EQ(reducer.jq.place, "o.yaml:5:17: /x-sluice/reducer/jq");
}

TEST(LoadReducer, AProgramsAuthorSaysWhereItLeavesPersonalFields) {
    EXPECT_EQ(
        loaded_reducer(marked_with_reducer("{jq: ., personal: [/who/name, /a]}")).personal,
        (Fields{"/a", "/who/name"})
    );
    EXPECT_EQ(loaded_reducer(marked_with_reducer("{jq: ., personal: []}")).personal, Fields{});
    EXPECT_EQ(
        problem_of_reducer(marked_with_reducer("{jq: .}")),
        "o.yaml:5:12: /x-sluice/reducer: 'personal' is missing: events have personal fields "
        "(/name), and where a program leaves them in the state only you know; [] if nowhere"
    );
}

TEST(LoadReducer, RefusesWhatIsNoneWithItsLine) {
    EXPECT_EQ(
        problem_of_reducer(with_reducer("merge")),
        "o.yaml:5:12: /x-sluice/reducer: 'merge' is no reducer: merge-patch, or {jq: PROGRAM}"
    );
    EXPECT_EQ(
        problem_of_reducer(with_reducer("{jg: .}")),
        "o.yaml:5:12: /x-sluice/reducer: 'jq' is missing\n"
        "o.yaml:5:13: /x-sluice/reducer/jg: unknown name; did you mean 'jq'?; allowed here: jq, "
        "personal"
    );
    EXPECT_EQ(
        problem_of_reducer(with_reducer("{jq: ''}")),
        "o.yaml:5:17: /x-sluice/reducer/jq: '' is no program"
    );
    EXPECT_EQ(
        problem_of_reducer(with_reducer("{jq: ., personal: [name]}")),
        "o.yaml:5:31: /x-sluice/reducer/personal/0: 'name' is no field, such as /member/name"
    );
}

TEST(LoadReducer, AFieldThatCouldNotBeFoundIsRefused) {
    const std::string deep = "/a" + std::string(32, '/');
    for (const std::string& path :
         {std::string{"/"}, std::string{"/a~2"}, std::string{"a/b"}, deep}) {
        EXPECT_NE(
            problem_of_reducer(with_reducer("{jq: ., personal: ['" + path + "']}"))
                .find("is no field"),
            std::string::npos
        ) << path;
    }
    EXPECT_EQ(problem_of_reducer(with_reducer("{jq: ., personal: ['/a~1b/*/c']}")), "accepted");
}

TEST(LoadReducer, IsRefusedWhereNothingIsSequenced) {
    const std::string text = R"(asyncapi: 3.0.0
x-sluice:
  domain: stock
  homes: 6
  ordered: {topic: stock.events, positions: offset}
  reducer: merge-patch
channels:
  moves:
    address: stock.events
    messages: {moved: {$ref: '#/components/messages/moved'}}
    bindings: {kafka: {partitions: 6}}
components:
  messages:
    moved: {name: stock.moved}
)";
    EXPECT_NE(
        problem_of_reducer(text).find("o.yaml:6:12: /x-sluice/reducer: 'reducer' is for a"),
        std::string::npos
    ) << problem_of_reducer(text);
}

}  // namespace
}  // namespace sluice::contract
