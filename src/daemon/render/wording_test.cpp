#include "daemon/render/wording.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace sluice::daemon {
namespace {

TEST(Wording, OneIsSingular) {
    EXPECT_EQ(counted(0, "event"), "0 events");
    EXPECT_EQ(counted(1, "event"), "1 event");
    EXPECT_EQ(counted(2, "event"), "2 events");
    EXPECT_EQ(counted(std::numeric_limits<std::int64_t>::max(), "x"), "9223372036854775807 xs");
}

TEST(Wording, EveryLineOfAnErrorSaysWhoComplains) {
    const auto shown = [](const char* message) {
        return complaint({ErrorCode::kBadConfig, message});
    };
    EXPECT_EQ(shown("one"), "sluice: one\n");
    EXPECT_EQ(shown("one\ntwo"), "sluice: one\nsluice: two\n");
    EXPECT_EQ(shown("one\n"), "sluice: one\n");
    EXPECT_EQ(shown("one\n\ntwo"), "sluice: one\nsluice: \nsluice: two\n");
    EXPECT_EQ(shown(""), "sluice: \n");
}

}  // namespace
}  // namespace sluice::daemon
