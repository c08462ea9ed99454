#include "trace/endpoint.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sluice::trace {
namespace {

TEST(EndpointTest, ABaseGetsThePathOfTracesAndATracesEndpointIsTakenAsItIs) {
    struct Case {
        const char* url;
        Endpoint as_base;
        const char* path;
    };

    const std::vector<Case> cases{
        {"http://127.0.0.1:4318", {"127.0.0.1", 4318, "/v1/traces"}, "/"},
        {"http://collector", {"collector", 80, "/v1/traces"}, "/"},
        {"HTTP://collector:1/", {"collector", 1, "/v1/traces"}, "/"},
        {"http://c:65535/otlp//", {"c", 65535, "/otlp/v1/traces"}, "/otlp//"},
        {"http://[::1]:4318/a/b", {"::1", 4318, "/a/b/v1/traces"}, "/a/b"},
        {"http://[fe80::1]", {"fe80::1", 80, "/v1/traces"}, "/"},
    };
    for (const Case& one : cases) {
        const auto base = parse_base_endpoint(one.url);
        ASSERT_TRUE(base) << one.url;
        EXPECT_EQ(base.value(), one.as_base) << one.url;
        const auto whole = parse_traces_endpoint(one.url);
        ASSERT_TRUE(whole) << one.url;
        EXPECT_EQ(whole.value().path, one.path) << one.url;
        EXPECT_EQ(parse_traces_endpoint(base.value().text()).value(), one.as_base) << one.url;
    }
}

TEST(EndpointTest, WhatIsNoAddressIsRefusedWithTheReason) {
    const std::vector<std::pair<const char*, const char*>> cases{
        {"", "is not http://HOST:PORT"},
        {"localhost:4318", "is not http://HOST:PORT"},
        {"grpc://localhost:4317", "is not http://HOST:PORT"},
        {"https://collector:4318", "name a collector beside Sluice"},
        {"http://", "names no host"},
        {"http://:4318", "names no host"},
        {"http://[]:4318", "names no host"},
        {"http://c:", "port"},
        {"http://c:0", "port"},
        {"http://c:65536", "port"},
        {"http://c:43x", "port"},
        {"http://user@c:4318", "a user"},
        {"http://c:4318/?a=b", "a query"},
        {"http://c:4318/#a", "a fragment"},
        {"http://c :4318", "blanks"},
        {"http://c\r\nX-Evil: 1", "blanks"},
        {"http://::1", "in brackets"},
        {"http://::1:4318/", "in brackets"},
        {"http://[::1", "in brackets"},
        {"http://[::1:4318", "in brackets"},
        {"http://::1]:4318", "in brackets"},
        {"http://[[::1]]:4318", "in brackets"},
        {"http://[::1]x:4318", "in brackets"},
        {"http://[::1]x", "in brackets"},
        {"http://c:4318:4318", "in brackets"},
        {"http://[::1]:", "port"},
        {"http://[::1]:-1", "port"},
        {"http://c:+1", "port"},
    };
    for (const auto& [url, why] : cases) {
        const auto endpoint = parse_base_endpoint(url);
        ASSERT_FALSE(endpoint) << url;
        EXPECT_NE(endpoint.error().message.find(why), std::string::npos)
            << url << ": " << endpoint.error().message;
    }
}

}  // namespace
}  // namespace sluice::trace
