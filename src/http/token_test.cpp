#include "http/token.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace sluice::http {
namespace {

TEST(Token, NoTwoAreTheSame) {
    std::set<std::string> all;
    for (int n = 0; n < 100; ++n) all.insert(new_token());
    EXPECT_EQ(all.size(), 100U);
    for (const std::string& token : all) {
        EXPECT_EQ(token.size(), 7U + 43U);
        EXPECT_TRUE(token.starts_with("sluice_"));
        EXPECT_EQ(
            token.find_first_not_of(
                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
            ),
            std::string::npos
        );
    }
}

/// The vector of FIPS 180-2, and the empty text's.
TEST(Token, ItsHashIsSha256) {
    EXPECT_EQ(
        token_hash("abc"), "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
    EXPECT_EQ(
        token_hash(""), "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
    EXPECT_TRUE(is_token_hash(token_hash("x")));
    EXPECT_FALSE(is_token_hash("x"));
    EXPECT_FALSE(is_token_hash("sha256:abc"));
    EXPECT_FALSE(is_token_hash("sha256:" + std::string(64, 'G')));
    EXPECT_FALSE(is_token_hash("sha512:" + std::string(64, 'a')));
}

TEST(Token, IsWhatFollowsBearer) {
    EXPECT_EQ(bearer_token("Bearer abc"), "abc");
    EXPECT_EQ(bearer_token("bearer abc"), "abc");
    for (const char* none : {"", "Bearer", "Bearer ", "Basic abc", "abc", "Bearerabc"}) {
        EXPECT_EQ(bearer_token(none), "") << none;
    }
}

}  // namespace
}  // namespace sluice::http
