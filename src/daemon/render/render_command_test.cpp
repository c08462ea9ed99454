#include "daemon/render/render_command.hpp"

#include <gtest/gtest.h>

namespace sluice::daemon {
namespace {

Json preview(int count, int shown) {
    Json about = Json::array();
    for (int i = 0; i < shown; ++i) {
        about.push_back(
            {{"subject", "order-" + std::to_string(i)},
             {"cause", "gap"},
             {"since", "2026-11-29T06:00:00.000Z"},
             {"behind", 3},
             {"about", "/orders 1 is given up"}}
        );
    }
    return Json{
        {"verb", "skip"},
        {"domain", "shop"},
        {"count", count},
        {"next", "what waits for it goes"},
        {"about", about}};
}

TEST(RenderPreview, SaysHowMuchAndWhatHappensNext) {
    EXPECT_EQ(
        render_preview(preview(1, 1)),
        "skip in domain shop: 1 choice\n"
        "  subject  cause  since                     behind  what\n"
        "  order-0  gap    2026-11-29T06:00:00.000Z       3  /orders 1 is given up\n"
        "then: what waits for it goes\n"
    );
    const std::string many = render_preview(preview(300, 100));
    EXPECT_NE(many.find("300 choices"), std::string::npos);
    EXPECT_NE(many.find("… and 290 more"), std::string::npos);
    EXPECT_EQ(
        render_preview(preview(0, 0)),
        "skip in domain shop: 0 choices\nthen: what waits for it goes\n"
    );
}

TEST(RenderOutcome, ShowsWhatWasRefusedAndSaysWhatIsPending) {
    const Json outcome{
        {"id", "c-1"},
        {"verb", "skip"},
        {"count", 3},
        {"done", 1},
        {"refused", 1},
        {"pending", 1},
        {"outcomes",
         Json::array(
             {{{"subject", "a"}, {"state", "done"}, {"detail", "carried out"}},
              {{"subject", "b"}, {"state", "refused"}, {"detail", "too late\n"}},
              {{"subject", "c"}, {"state", "pending"}, {"detail", ""}}}
         )}};
    EXPECT_EQ(
        render_outcome(outcome),
        "skip c-1: 1 done, 1 refused, 1 pending\n"
        "  a done: carried out\n"
        "  b refused: too late?\n"
        "then: what is pending lies in the log and is carried out when a daemon (sluice serve) "
        "reads it; the same --id tells what became of it\n"
    );
    EXPECT_NE(
        render_outcome(Json{{"repeated", true}}).find("sent before under this id"),
        std::string::npos
    );
}

}  // namespace
}  // namespace sluice::daemon
