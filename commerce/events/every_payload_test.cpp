// What holds of all nine payloads alike: they come back as they were, and whatever is wrong with
// one of their fields is told with the field's name.
#include "base/test_seed.hpp"
#include "commerce/events/fields.hpp"
#include "commerce/events/test_payload.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <tuple>
#include <vector>

namespace sluice::commerce {
namespace {

template <class Payload>
class EveryPayload : public testing::Test {
protected:
    /// A payload with something in each of its arrays.
    static Payload full() {
        for (std::uint64_t seed = 1;; ++seed) {
            auto payload = test::RandomPayload{seed}.make<Payload>();
            if (encode(payload).find("[]") == std::string::npos) return payload;
        }
    }

    static std::vector<std::string> fields() {
        std::vector<std::string> names;
        std::apply(
            [&](const auto&... field) { (names.emplace_back(field.name), ...); },
            Fields<Payload>::kList
        );
        return names;
    }

    /// Where the member of that name begins in the payload's text, and where its value ends.
    static std::pair<std::size_t, std::size_t> member(
        const std::string& json, const std::string& name
    ) {
        const std::size_t begin = json.find("\"" + name + "\":");
        std::size_t end = begin + name.size() + 3;
        int depth = 0;
        for (bool quoted = false; end < json.size(); ++end) {
            const char c = json[end];
            if (quoted && c == '\\') ++end;
            if (c == '"') quoted = !quoted;
            if (quoted) continue;
            if (depth == 0 && (c == ',' || c == '}')) break;
            depth += c == '[' || c == '{' ? 1 : c == ']' || c == '}' ? -1 : 0;
        }
        return {begin, end};
    }

    static std::string refusal(const std::string& json) {
        const auto decoded = decode<Payload>(json);
        if (decoded.has_value()) return "accepted";
        EXPECT_EQ(decoded.error().code, ErrorCode::kInvalidEvent);
        return decoded.error().message;
    }
};

using Payloads = testing::Types<
    OrderPlaced,
    OrderPaid,
    OrderCancelled,
    OrderReturned,
    OrderRefunded,
    DeliveryDispatched,
    DeliveryCompleted,
    ReviewGiven,
    DayClosed>;
TYPED_TEST_SUITE(EveryPayload, Payloads);

TYPED_TEST(EveryPayload, ComesBackAsItWas) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    test::RandomPayload random{seed};
    for (int round = 0; round < 500; ++round) {
        const auto payload = random.make<TypeParam>();
        const std::string json = encode(payload);
        const auto decoded = decode<TypeParam>(json);
        ASSERT_TRUE(decoded.has_value()) << json << ": " << decoded.error().message;
        ASSERT_EQ(decoded.value(), payload) << json;
        ASSERT_EQ(encode(decoded.value()), json);
        ASSERT_EQ(json.find('\n'), std::string::npos);
    }
}

TYPED_TEST(EveryPayload, EachFieldIsMissed) {
    const std::string json = encode(this->full());
    for (const std::string& name : this->fields()) {
        auto [begin, end] = this->member(json, name);
        std::string without = json;
        if (json[end] == ',') {
            ++end;
        } else {
            --begin;  // the last one, with the comma in front
        }
        without.erase(begin, end - begin);
        EXPECT_EQ(this->refusal(without).find(name + ": missing (byte "), 0U) << without;
    }
}

TYPED_TEST(EveryPayload, NoFieldComesTwiceOrUnderAnotherName) {
    const std::string json = encode(this->full());
    for (const std::string& name : this->fields()) {
        const auto [begin, end] = this->member(json, name);
        std::string twice = json;
        twice.insert(1, json.substr(begin, end - begin) + ",");
        EXPECT_EQ(this->refusal(twice).find(name + ": given twice"), 0U) << twice;
        std::string renamed = json;
        renamed.insert(begin + 1, "x");
        EXPECT_EQ(this->refusal(renamed).find("x" + name + ": unknown field"), 0U) << renamed;
    }
}

TYPED_TEST(EveryPayload, EachFieldIsOfItsKind) {
    const std::string json = encode(this->full());
    for (const std::string& name : this->fields()) {
        const auto [begin, end] = this->member(json, name);
        const std::size_t value = begin + name.size() + 3;
        for (const char* wrong : {"true", "null", "-1", "1.5", "1000000000000001"}) {
            std::string other = json;
            other.replace(value, end - value, wrong);
            EXPECT_EQ(this->refusal(other).find(name), 0U) << other;
        }
    }
}

TYPED_TEST(EveryPayload, CutAnywhereItIsRefusedWithThePlace) {
    const std::string json = encode(this->full());
    for (std::size_t size = 0; size < json.size(); ++size) {
        const std::string said = this->refusal(json.substr(0, size));
        ASSERT_NE(said, "accepted") << size;
        ASSERT_NE(said.find("(byte "), std::string::npos) << said;
    }
    EXPECT_EQ(this->refusal(json + " \r\n"), "accepted");
    EXPECT_NE(this->refusal(json + "{}").find("expected the end"), std::string::npos);
}

TYPED_TEST(EveryPayload, MembersMayComeInAnyOrder) {
    const auto payload = this->full();
    const std::string json = encode(payload);
    std::string turned = "{";
    const auto names = this->fields();
    for (auto name = names.rbegin(); name != names.rend(); ++name) {
        const auto [begin, end] = this->member(json, *name);
        turned += (turned.size() > 1 ? " ,\n" : "") + json.substr(begin, end - begin);
    }
    turned += "}";
    const auto decoded = decode<TypeParam>(turned);
    ASSERT_TRUE(decoded.has_value()) << turned << ": " << decoded.error().message;
    EXPECT_EQ(decoded.value(), payload);
}

struct Forbidden {
    const char* json;
    const char* said;
};

template <class Payload>
void expect_refused(const std::vector<Forbidden>& all) {
    for (const Forbidden& one : all) {
        const auto decoded = decode<Payload>(one.json);
        ASSERT_FALSE(decoded.has_value()) << one.json;
        EXPECT_EQ(decoded.error().message.find(one.said), 0U) << decoded.error().message;
    }
}

TEST(PayloadRules, WhatConsumersStandOn) {
    expect_refused<OrderReturned>({
        {R"({"units":[],"fault":"wish","fee":0,"happened":"2018-01-30T12:00:00Z"})",
         "units: expected a unit"},
        {R"({"units":[[1,1]],"fault":"me","fee":0,"happened":"2018-01-30T12:00:00Z"})",
         "fault: expected wish or seller"},
        {R"({"units":[[1,1],[1,1]],"fault":"wish","fee":0,"happened":"2018-01-30T12:00:00Z"})",
         "units: expected units in ascending order, each once"},
        {R"({"units":[[1,1]],"fault":"wish","fee":0,"happened":"2018-02-30T12:00:00Z"})",
         "happened: '2018-02-30T12:00:00Z' is not a time"},
    });
    expect_refused<DeliveryCompleted>({
        {R"({"parcel":"p","seller":"s","units":[[2,1],[1,2]],"happened":"2018-01-30T12:00:00Z"})",
         "units: expected units in ascending order"},
        {R"({"parcel":"p","seller":"s","units":[[1,1,1]],"happened":"2018-01-30T12:00:00Z"})",
         "units[0]: expected ']'"},
    });
    expect_refused<DeliveryDispatched>({
        {R"({"parcel":"p","seller":"s","units":[[1,1],[1,1]]})", "units: expected units in"},
        {R"({"parcel":"p","seller":"s","units":{}})", "units: expected an array"},
    });
    expect_refused<ReviewGiven>({
        {R"({"review":"r","score":0,"created":"2018-01-30T12:00:00Z"})", "score: expected 1 to 5"},
    });
    expect_refused<DayClosed>({
        {R"({"day":"2018-02-29","published":{}})", "day: '2018-02-29' is not a date"},
        {R"({"day":"2018-01-30","published":[]})", "published: expected an object"},
        {R"({"day":"2018-01-30","published":{"order.paid":-1}})", "published.order.paid: expected"},
    });
}

}  // namespace
}  // namespace sluice::commerce
