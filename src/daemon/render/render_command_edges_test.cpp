// Answers with members that are missing, strange or many, as a person reads them.

#include "daemon/render/render_command.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace sluice::daemon {
namespace {

std::int64_t lines_of(const std::string& text) {
    return std::count(text.begin(), text.end(), '\n');
}

TEST(RenderPreviewEdges, WhatIsNotThereIsADash) {
    EXPECT_EQ(render_preview(Json::object()), "- in domain -: 0 choices\nthen: -\n");
    const std::string text =
        render_preview(Json{{"verb", nullptr}, {"count", "many"}, {"about", {{{"subject", "a"}}}}});
    EXPECT_TRUE(text.starts_with("- in domain -: 0 choices\n")) << text;
    EXPECT_NE(text.find("\n  a "), std::string::npos) << text;
}

TEST(RenderPreviewEdges, NothingSteersATerminal) {
    const std::string evil = "x\x1b[2J\r\n";
    const std::string text = render_preview(Json{
        {"verb", evil},
        {"domain", evil},
        {"next", evil},
        {"count", 1},
        {"about",
         {{{"subject", evil},
           {"cause", evil},
           {"since", evil},
           {"behind", evil},
           {"about", evil}}}}});
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    EXPECT_EQ(text.find('\r'), std::string::npos);
    EXPECT_EQ(lines_of(text), 4) << text;
}

TEST(RenderPreviewEdges, TenAreShownAndTheRestIsCounted) {
    for (const int count : {9, 10, 11}) {
        Json about = Json::array();
        for (int i = 0; i < count; ++i) about.push_back({{"subject", fmt::format("s{}", i)}});
        const std::string text = render_preview(Json{{"count", count}, {"about", about}});
        EXPECT_EQ(lines_of(text), count == 9 ? 12 : count == 10 ? 13 : 14) << text;
        EXPECT_EQ(text.find("… and 1 more") != std::string::npos, count == 11) << text;
    }
}

/// `refused` after `pending` ones.
Json outcome(int pending, int refused) {
    Json outcomes = Json::array();
    for (int i = 0; i < pending; ++i) {
        outcomes.push_back({{"subject", "p"}, {"state", "pending"}, {"detail", ""}});
    }
    for (int i = 0; i < refused; ++i) {
        outcomes.push_back({{"subject", "r"}, {"state", "refused"}, {"detail", "it\x07 moved"}});
    }
    return Json{
        {"verb", "skip"},
        {"id", "c"},
        {"count", pending + refused},
        {"done", 0},
        {"pending", pending},
        {"refused", refused},
        {"outcomes", outcomes}};
}

TEST(RenderOutcomeEdges, WhatIsPendingTakesNoRow) {
    EXPECT_EQ(
        render_outcome(outcome(50, 1)),
        "skip c: 0 done, 1 refused, 50 pending\n"
        "  r refused: it? moved\n"
        "then: what is pending lies in the log and is carried out when a daemon (sluice serve) "
        "reads it; the same --id tells what became of it\n"
    );
}

TEST(RenderOutcomeEdges, TenRowsAndTheRestIsCounted) {
    EXPECT_EQ(render_outcome(outcome(0, 10)).find("more"), std::string::npos);
    const std::string text = render_outcome(outcome(3, 12));
    EXPECT_NE(text.find("  … and 2 more\n"), std::string::npos) << text;
    EXPECT_EQ(lines_of(text), 13) << text;
}

TEST(RenderOutcomeEdges, AnAnswerWithoutMembersIsStillOneLine) {
    EXPECT_EQ(render_outcome(Json::object()), "- -: 0 done, 0 refused, 0 pending\n");
}

}  // namespace
}  // namespace sluice::daemon
