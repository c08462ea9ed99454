#include "daemon/subscriptions/change.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sluice::daemon {
namespace {

Change whole(ChangeAct act) {
    Change change;
    change.act = act;
    change.name = "billing";
    change.domain = "shop";
    if (act != ChangeAct::kDelete) {
        change.definition = {{"name", "billing"}, {"domain", "shop"}, {"keep", {"/a"}}};
    }
    if (act != ChangeAct::kCreate) {
        change.revision = 7;
        change.before = {{"name", "billing"}};
    } else {
        change.begin = {Offset{0}, Offset{12}};
    }
    change.by = "alice";
    change.reason = "because";
    change.at = Instant{1'700'000'000'123};
    return change;
}

Record record_of(const std::string& value) {
    return {"billing", value, {}, Instant{1}};
}

TEST(SubscriptionChange, IsReadAsItWasWritten) {
    for (const ChangeAct act : {ChangeAct::kCreate, ChangeAct::kReplace, ChangeAct::kDelete}) {
        const Change change = whole(act);
        const Record record = encode_change(change);
        EXPECT_EQ(record.key, "billing");
        const auto read = decode_change(record);
        ASSERT_TRUE(read) << to_string(act) << ": " << read.error().message;
        EXPECT_EQ(read.value(), change) << to_string(act);
    }
}

TEST(SubscriptionChange, IsWrittenSo) {
    EXPECT_EQ(
        encode_change(whole(ChangeAct::kDelete)).value,
        R"({"v":1,"act":"delete","name":"billing","domain":"shop","revision":7,)"
        R"("before":{"name":"billing"},"by":"alice","reason":"because","at":"2023-11-14T22:13:20.123Z"})"
    );
}

TEST(SubscriptionChange, OfANewerSluiceIsReadAsFarAsItIsKnown) {
    const auto read = decode_change(record_of(
        R"({"v":1,"act":"create","name":"n","definition":{"shards":3},"tenant":"t","begin":null})"
    ));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->definition, (Json{{"shards", 3}}));
    for (const char* newer :
         {R"({"v":2,"act":"create","name":"n","definition":{}})",
          R"({"v":1,"act":"merge","name":"n"})",
          R"({"v":1,"name":"n"})"}) {
        EXPECT_EQ(decode_change(record_of(newer)).error().code, ErrorCode::kUnsupported) << newer;
    }
}

TEST(SubscriptionChange, WhatIsNoneIsDamage) {
    for (const char* none :
         {"",
          "x",
          "[]",
          "{}",
          R"({"v":"1"})",
          R"({"v":1,"act":"delete"})",
          R"({"v":1,"act":"create","name":"n"})",
          R"({"v":1,"act":"replace","name":"n","definition":[]})",
          R"({"v":1,"act":"create","name":"n","definition":{},"begin":3})",
          R"({"v":1,"act":"create","name":"n","definition":{},"begin":["a"]})"}) {
        EXPECT_EQ(decode_change(record_of(none)).error().code, ErrorCode::kCorrupt) << none;
    }
    EXPECT_FALSE(decode_change({std::nullopt, std::nullopt, {}, {}}));
}

}  // namespace
}  // namespace sluice::daemon
