#include "daemon/render/render_saga.hpp"

#include <gtest/gtest.h>

namespace sluice::daemon {
namespace {

Json stuck_saga() {
    return Json::parse(R"({"id":"c-1","saga":"checkout","version":3,"subject":"member-17",
        "phase":"forward","began":"2026-11-30T00:00:00Z","awaits":"person","step":"authorize",
        "attempts":10,"reason":"503: out of paper",
        "steps":[{"name":"reserve","state":"done","result":{"bin":7}},
                 {"name":"authorize","state":"sent"}],"input":{}})");
}

TEST(RenderSaga, ALineForEach) {
    const Json page{{"sagas", Json::array({stuck_saga()})}, {"next", nullptr}};
    EXPECT_EQ(
        render_sagas(page),
        "id   saga         subject    stands          step       attempts  began                 "
        "reason\n"
        "c-1  checkout v3  member-17  forward, stuck  authorize        10  2026-11-30T00:00:00Z  "
        "503: out of paper\n"
    );
    EXPECT_EQ(render_sagas(Json{{"sagas", Json::array()}}), "no sagas\n");
}

TEST(RenderSaga, OneStepByStep) {
    EXPECT_EQ(
        render_saga(stuck_saga()),
        "c-1: checkout v3 of member-17, began 2026-11-30T00:00:00Z\n"
        "stands: forward, stuck\n"
        "reason: 503: out of paper\n"
        "step       state  attempts  result\n"
        "reserve    done          -  {\"bin\":7}\n"
        "authorize  sent         10  -\n"
        "when its service is well again: sluice saga retry c-1\n"
    );
}

TEST(RenderSaga, OneThatHasEndedOrPauses) {
    Json ended = stuck_saga();
    ended["phase"] = "done";
    ended["ended"] = "2026-11-30T00:00:09Z";
    for (const char* gone : {"awaits", "step", "attempts", "reason"}) ended.erase(gone);
    const std::string text = render_saga(ended);
    EXPECT_NE(text.find("stands: done\nended:  2026-11-30T00:00:09Z\n"), std::string::npos) << text;
    EXPECT_EQ(text.find("retry"), std::string::npos);
    Json pauses = stuck_saga();
    pauses["awaits"] = "pause";
    pauses["due"] = "2026-11-30T00:00:30Z";
    EXPECT_NE(
        render_saga(pauses).find("stands: forward, pauses\ndue:    2026-11-30T00:00:30Z\n"),
        std::string::npos
    );
}

TEST(RenderSaga, NoTextSteersATerminal) {
    Json hostile = stuck_saga();
    hostile["reason"] = "\x1b[2J";
    EXPECT_EQ(render_saga(hostile).find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace sluice::daemon
