#include "deliver/push/signature.hpp"

#include "event/base64.hpp"

#include <gtest/gtest.h>

#include <set>

namespace sluice::deliver::push {
namespace {

Secret secret(const std::string& text) {
    auto read = Secret::parse(text);
    EXPECT_TRUE(read.has_value()) << text;
    return std::move(read).value();
}

/// The vector of the specification's own repository.
TEST(PushSignature, IsTheOneOfTheSpecification) {
    const std::vector secrets{secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")};
    EXPECT_EQ(
        signatures(secrets, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, R"({"test": 2432232314})"),
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    );
}

TEST(PushSignature, WhileSecretsRotateThereIsOneOfEach) {
    const std::string first = "whsec_" + event::to_base64(std::string(24, 'a'));
    const std::string second = "whsec_" + event::to_base64(std::string(64, 'b'));
    const std::string one = signatures({secret(first)}, "i", 1, "x");
    const std::string two = signatures({secret(second)}, "i", 1, "x");
    EXPECT_NE(one, two);
    EXPECT_EQ(signatures({secret(first), secret(second)}, "i", 1, "x"), one + " " + two);
}

TEST(PushSignature, CoversIdTimeAndBody) {
    const std::vector secrets{secret("whsec_" + event::to_base64(std::string(32, 'k')))};
    std::set<std::string> all;
    all.insert(signatures(secrets, "i", 1, "x"));
    all.insert(signatures(secrets, "j", 1, "x"));
    all.insert(signatures(secrets, "i", 2, "x"));
    all.insert(signatures(secrets, "i", 1, "y"));
    all.insert(signatures(secrets, "i", 1, ""));
    all.insert(signatures(secrets, "i", 1, std::string{"x\0", 2}));
    EXPECT_EQ(all.size(), 6U);
}

TEST(PushSignature, WhatIsNoSecretIsRefusedAndShownToNobody) {
    const std::string small = "whsec_" + event::to_base64(std::string(23, 'a'));
    const std::string large = "whsec_" + event::to_base64(std::string(65, 'a'));
    for (const std::string& text :
         {std::string{},
          std::string{"hunter2"},
          std::string{"whsec_"},
          std::string{"whsec_a b"},
          small,
          large,
          std::string{"WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}}) {
        const auto read = Secret::parse(text);
        ASSERT_FALSE(read.has_value()) << text;
        EXPECT_EQ(read.error().message.find("hunter2"), std::string::npos);
        if (text.size() > 10) {
            EXPECT_EQ(read.error().message.find(text.substr(6)), std::string::npos);
        }
    }
}

TEST(PushSignature, AnIdIsTheSameOnEveryAttemptAndAnotherForOtherEvents) {
    EXPECT_EQ(webhook_id({"/orders", "17-1"}), webhook_id({"/orders", "17-1"}));
    const std::set<std::string> all{
        webhook_id({"/orders", "17-1"}),
        webhook_id({"/orders", "17-2"}),
        webhook_id({"/orders1", "7-1"}),
        webhook_id({"/orders", "17-1", "/orders", "17-2"}),
        webhook_id({})};
    EXPECT_EQ(all.size(), 5U);
    for (const std::string& id : all) {
        EXPECT_EQ(id.size(), 36U);
        EXPECT_EQ(id.find_first_not_of("msg_0123456789abcdef"), std::string::npos) << id;
    }
}

}  // namespace
}  // namespace sluice::deliver::push
