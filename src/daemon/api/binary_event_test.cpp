#include "daemon/api/binary_event.hpp"

#include "base/test_seed.hpp"

#include <gtest/gtest.h>

#include <random>

namespace sluice::daemon {
namespace {

http::Request binary_request() {
    http::Request request;
    request.method = "POST";
    request.content_type = "application/json";
    request.body = R"({"a": 1})";
    request.headers = {
        {"Ce-Specversion", "1.0"},
        {"ce-id", "17-1"},
        {"CE-Source", "/orders"},
        {"ce-type", "order.placed"},
        {"ce-subject", "straße 7%"},
        {"ce-sourcesequence", "1"},
        {"Host", "localhost"}};
    return request;
}

std::string refusal_with(const std::string& name, const std::string& value) {
    http::Request request = binary_request();
    request.headers.insert_or_assign(name, value);
    const auto read = read_binary_event(request, {});
    return read ? "" : read.error().message;
}

TEST(BinaryEvent, IsItsHeadersAndItsBody) {
    EXPECT_TRUE(is_binary_event(binary_request()));
    const auto read = read_binary_event(binary_request(), {});
    ASSERT_TRUE(read.has_value()) << read.error().message;
    Event expected;
    expected.id = "17-1";
    expected.source = "/orders";
    expected.type = "order.placed";
    expected.subject = "straße 7%";
    expected.datacontenttype = "application/json";
    expected.extensions["sourcesequence"] = "1";
    expected.data = R"({"a": 1})";
    EXPECT_EQ(read.value(), expected);
}

TEST(BinaryEvent, IsNoneWithoutItsHeadersOrInAFormatOfCloudEvents) {
    http::Request plain;
    plain.content_type = "application/json";
    plain.headers = {{"cellar", "x"}, {"Accept", "*/*"}};
    EXPECT_FALSE(is_binary_event(plain));
    http::Request structured = binary_request();
    structured.content_type = "Application/CloudEvents+json";
    EXPECT_FALSE(is_binary_event(structured));
}

TEST(BinaryEvent, MayHaveNoData) {
    http::Request request = binary_request();
    request.body.clear();
    request.content_type.clear();
    const auto read = read_binary_event(request, {});
    ASSERT_TRUE(read.has_value()) << read.error().message;
    EXPECT_EQ(read->data, std::nullopt);
    EXPECT_EQ(read->datacontenttype, std::nullopt);
}

TEST(BinaryEvent, WhatIsWrongIsNamed) {
    for (const char* missing : {"ce-id", "CE-Source", "ce-type", "Ce-Specversion"}) {
        http::Request request = binary_request();
        request.headers.erase(missing);
        const auto read = read_binary_event(request, {});
        ASSERT_FALSE(read.has_value()) << missing;
        EXPECT_EQ(read.error().code, ErrorCode::kInvalidEvent);
        std::string name{std::string_view{missing}.substr(3)};
        name[0] = static_cast<char>(name[0] | 0x20);
        EXPECT_NE(read.error().message.find(name), std::string::npos) << read.error().message;
    }
    EXPECT_EQ(
        refusal_with("ce-specversion", "0.3"),
        "header 'Ce-Specversion': '0.3' is not read, only '1.0'"
    );
    EXPECT_NE(refusal_with("ce-source", "").find("is empty"), std::string::npos);
    EXPECT_NE(refusal_with("ce-a_b", "x").find("'ce-a_b'"), std::string::npos);
    EXPECT_NE(refusal_with("ce-data", "x").find("the body is the data"), std::string::npos);
    EXPECT_NE(
        refusal_with("ce-datacontenttype", "a/b").find("'Content-Type' says it"), std::string::npos
    );
    EXPECT_NE(refusal_with("ce-subject", "\xff").find("UTF-8"), std::string::npos);
    EXPECT_NE(refusal_with("ce-subject", std::string(1, '\0')).find("control"), std::string::npos);
    EXPECT_NE(refusal_with("ce-time", "yesterday").find("RFC 3339"), std::string::npos);
    EXPECT_NE(refusal_with("ce-sourcesequence", "0").find("sourcesequence"), std::string::npos);
}

/// Whatever is in the headers: an event that is one, or a refusal.
TEST(BinaryEvent, NothingHalfPasses) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    const std::string letters = "abc%20C3\"\\ \xC3\x9F\xFF\x01/:";
    for (int round = 0; round < 3'000; ++round) {
        http::Request request = binary_request();
        const char* names[]{
            "ce-id", "ce-source", "ce-type", "ce-subject", "ce-time", "ce-x", "ce-"};
        std::string value;
        for (auto left = random() % 9; left > 0; --left)
            value += letters[random() % letters.size()];
        request.headers.insert_or_assign(names[random() % 7], value);
        const auto read = read_binary_event(request, {});
        if (!read) {
            EXPECT_EQ(read.error().code, ErrorCode::kInvalidEvent);
            continue;
        }
        EXPECT_FALSE(read->id.empty());
        EXPECT_FALSE(read->source.empty());
        EXPECT_FALSE(read->type.empty());
    }
}

}  // namespace
}  // namespace sluice::daemon
