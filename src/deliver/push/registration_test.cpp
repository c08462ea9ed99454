#include "deliver/push/registration.hpp"

#include <gtest/gtest.h>

namespace sluice::deliver::push {
namespace {

TEST(PushRegistration, ATargetThatIsNotPublicIsRefusedWhateverItIsCalled) {
    for (const char* host :
         {"localhost",
          "127.0.0.1",
          "127.1",
          "2130706433",
          "0x7f000001",
          "0177.0.0.1",
          "::1",
          "10.0.0.1",
          "169.254.169.254",
          "0"}) {
        const Status checked = check_target({false, host, 80, "/"}, {});
        ASSERT_FALSE(checked) << host;
        EXPECT_EQ(checked.error().code, ErrorCode::kInvalidArgument);
        EXPECT_NE(checked.error().message.find("push: {allow: ["), std::string::npos)
            << checked.error().message;
    }
}

TEST(PushRegistration, WhatIsPublicOrAllowedIsTaken) {
    EXPECT_TRUE(check_target({true, "1.1.1.1", 443, "/"}, {}));
    const AddressGuard guard{{IpRange::parse("127.0.0.0/8").value()}};
    EXPECT_TRUE(check_target({false, "localhost", 80, "/"}, guard)) << "one of its addresses is";
    EXPECT_TRUE(check_target({false, "127.0.0.1", 80, "/"}, guard));
    EXPECT_FALSE(check_target({false, "::1", 80, "/"}, guard));
}

TEST(PushRegistration, WhoeverIsNotKnownYetMayCome) {
    EXPECT_TRUE(check_target({false, "no-such-host.invalid", 80, "/"}, {}));
}

}  // namespace
}  // namespace sluice::deliver::push
