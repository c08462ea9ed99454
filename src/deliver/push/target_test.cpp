#include "deliver/push/target.hpp"

#include <gtest/gtest.h>

#include <tuple>

namespace sluice::deliver::push {
namespace {

TEST(PushTarget, IsAnAddressOfHttpOrHttps) {
    const auto expect = [](std::string_view url, const Target& wanted) {
        const auto read = parse_target(url);
        ASSERT_TRUE(read.has_value()) << url << ": " << read.error().message;
        EXPECT_EQ(read.value(), wanted) << url;
    };
    expect("http://shop.example", {false, "shop.example", 80, "/"});
    expect("HTTPS://shop.example/events", {true, "shop.example", 443, "/events"});
    expect("http://10.1.2.3:8080/a/b?c=d", {false, "10.1.2.3", 8080, "/a/b?c=d"});
    expect("http://shop?c=d", {false, "shop", 80, "/?c=d"});
    expect("https://[2001:db8::7]:9000/", {true, "2001:db8::7", 9000, "/"});
    expect("http://[::1]", {false, "::1", 80, "/"});
    expect("http://a_b-c.d:65535/%20", {false, "a_b-c.d", 65535, "/%20"});
}

TEST(PushTarget, WhatIsNoneSaysWhy) {
    const std::tuple<std::string_view, std::string_view> all[]{
        {"", "is not http://HOST/PATH"},
        {"shop.example/events", "is not http://HOST/PATH"},
        {"file:///etc/passwd", "is not http://HOST/PATH"},
        {"gopher://x", "is not http://HOST/PATH"},
        {"http://", "names no host"},
        {"http:///events", "names no host"},
        {"http://:80/", "names no host"},
        {"http://[]/", "names no host"},
        {"http://a:0/", "from 1 to 65535"},
        {"http://a:65536/", "from 1 to 65535"},
        {"http://a:8x/", "from 1 to 65535"},
        {"http://a:/", "from 1 to 65535"},
        {"http://user:secret@a/", "a user has no place"},
        {"http://a@127.0.0.1/", "a user has no place"},
        {"http://a/#b", "a fragment is never sent"},
        {"http://a/b c", "percent-encoded"},
        {"http://a/\r\nX: y", "percent-encoded"},
        {"http://a\\b/", "is no host"},
        {"http://2001:db8::7/", "is no host"},
        {"http://[::1%eth0]/", "is no host"},
        {"http://caf\xc3\xa9/", "percent-encoded"},
    };
    for (const auto& [url, words] : all) {
        const auto read = parse_target(url);
        ASSERT_FALSE(read.has_value()) << url;
        EXPECT_EQ(read.error().code, ErrorCode::kInvalidArgument);
        EXPECT_NE(read.error().message.find(words), std::string::npos)
            << url << ": " << read.error().message;
        EXPECT_EQ(read.error().message.find("secret"), std::string::npos);
    }
}

TEST(PushTarget, NamesTheHostAsTheHeaderHasIt) {
    EXPECT_EQ(parse_target("http://a:80/b")->authority(), "a");
    EXPECT_EQ(parse_target("https://a:443/b")->authority(), "a");
    EXPECT_EQ(parse_target("https://a:80/b")->authority(), "a:80");
    EXPECT_EQ(parse_target("http://[::1]:81/b")->authority(), "[::1]:81");
}

TEST(PushTarget, ItsQueryIsShownToNobody) {
    EXPECT_EQ(parse_target("https://a:1/b?token=secret")->text(), "https://a:1/b");
    EXPECT_EQ(parse_target("http://a")->text(), "http://a/");
}

}  // namespace
}  // namespace sluice::deliver::push
