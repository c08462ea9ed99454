#include "doctor/check.hpp"

#include <gtest/gtest.h>

namespace sluice::doctor {
namespace {

TEST(DoctorCheck, IsALine) {
    Checks checks;
    checks.ok("cluster", "fine");
    checks.warn("topic a", "odd", "mend it");
    checks.fail("reach b", "TCP: refused", "start it");
    ASSERT_EQ(checks.size(), 3U);
    EXPECT_EQ(to_text(checks.all()[0]), "ok   cluster: fine");
    EXPECT_EQ(to_text(checks.all()[1]), "warn topic a: odd -> mend it");
    EXPECT_EQ(to_text(checks.all()[2]), "fail reach b: TCP: refused -> start it");
}

TEST(DoctorCheck, TheWorstCounts) {
    EXPECT_EQ(worst_of({}), Verdict::kOk);
    EXPECT_EQ(worst_of({{Verdict::kOk, "", "", ""}, {Verdict::kWarn, "", "", ""}}), Verdict::kWarn);
    EXPECT_EQ(
        worst_of({{Verdict::kFail, "", "", ""}, {Verdict::kWarn, "", "", ""}}), Verdict::kFail
    );
}

}  // namespace
}  // namespace sluice::doctor
