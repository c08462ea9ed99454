#include "event/headers.hpp"

#include "base/test_seed.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

namespace sluice {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

Pairs pairs_of(const Headers& headers) {
    Pairs pairs;
    for (const Header& header : headers) pairs.emplace_back(header.name, header.value);
    return pairs;
}

std::string written(const Headers& headers) {
    std::string bytes;
    ByteWriter out{bytes};
    headers.write(out);
    return bytes;
}

TEST(Headers, KeepTheirOrderAndRepeat) {
    const Headers headers{{"b", "1"}, {"a", ""}, {"b", std::string_view{"\0", 1}}, {"", "x"}};
    EXPECT_EQ(pairs_of(headers), (Pairs{{"b", "1"}, {"a", ""}, {"b", {"\0", 1}}, {"", "x"}}));
    EXPECT_EQ(headers.size(), 4U);
    EXPECT_EQ(headers.text_bytes(), 6U);
    EXPECT_EQ(headers.back(), (Header{"", "x"}));
    EXPECT_EQ(headers[1], (Header{"a", ""}));
}

TEST(Headers, OfNothingAreEmpty) {
    Headers none;
    EXPECT_TRUE(none.empty());
    EXPECT_EQ(none.begin(), none.end());
    none.pop_back();
    none.erase_if([](const Header&) { return true; });
    EXPECT_EQ(none, Headers{});
    EXPECT_EQ(written(none), (std::string{"\0", 1}));
}

TEST(Headers, ThatWereMovedFromAreEmpty) {
    Headers first{{"a", "1"}};
    Headers second{std::move(first)};
    EXPECT_EQ(second, (Headers{{"a", "1"}}));
    EXPECT_TRUE(first.empty());  // NOLINT(bugprone-use-after-move): it is promised
    first.push_back({"b", "2"});
    second = std::move(first);
    EXPECT_EQ(pairs_of(second), (Pairs{{"b", "2"}}));
    EXPECT_EQ(first.text_bytes(), 0U);  // NOLINT(bugprone-use-after-move)
}

TEST(Headers, TakeLongNamesAndValues) {
    for (const std::size_t size : {127U, 128U, 16'383U, 16'384U, 70'000U}) {
        Headers headers;
        headers.push_back({std::string(size, 'n'), std::string(size, 'v')});
        headers.push_back({"after", "it"});
        ASSERT_EQ(pairs_of(headers).front().second.size(), size);
        ASSERT_EQ(headers.back(), (Header{"after", "it"}));
        const std::string bytes = written(headers);
        ByteReader in{bytes};
        ASSERT_EQ(Headers::read(in), headers);
        ASSERT_TRUE(in.at_end());
    }
}

/// A length of one byte written in two would make equal headers differ.
TEST(Headers, AreNotReadFromOtherThanTheyWouldWrite) {
    const std::string good{"\1\1a\1b", 5};
    ByteReader in{good};
    EXPECT_EQ(Headers::read(in), (Headers{{"a", "b"}}));
    const std::string padded{"\1\x81\0a\1b", 6};
    ByteReader other{padded};
    EXPECT_TRUE(Headers::read(other).empty());
    EXPECT_FALSE(other.ok());
}

TEST(Headers, CutAnywhereAreRefused) {
    const Headers headers{{"ce_id", "1"}, {"ce_type", "placed"}, {"x", std::string(200, 'x')}};
    const std::string bytes = written(headers);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        ByteReader in{std::string_view{bytes}.substr(0, size)};
        ASSERT_TRUE(Headers::read(in).empty()) << size;
        ASSERT_FALSE(in.ok()) << size;
    }
}

TEST(Headers, AreAListOfPairs) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    const auto text = [&](std::size_t most) {
        return std::string(random() % (most + 1), static_cast<char>('a' + random() % 3));
    };
    Headers headers;
    Pairs expected;
    for (int round = 0; round < 5'000; ++round) {
        switch (random() % 8) {
            case 0: {
                const std::size_t count = random() % 4;
                headers.pop_back(count);
                expected.resize(expected.size() - std::min(count, expected.size()));
                break;
            }
            case 1: {
                const std::string name = text(3);
                headers.erase_if([&](const Header& one) { return one.name == name; });
                std::erase_if(expected, [&](const auto& one) { return one.first == name; });
                break;
            }
            default: {
                const std::string name = text(3);
                const std::string value = text(random() % 10 == 0 ? 300 : 5);
                headers.push_back({name, value});
                expected.emplace_back(name, value);
            }
        }
        ASSERT_EQ(pairs_of(headers), expected);
        ASSERT_EQ(headers.size(), expected.size());
        std::size_t bytes = 0;
        for (const auto& [name, value] : expected) bytes += name.size() + value.size();
        ASSERT_EQ(headers.text_bytes(), bytes);
        const std::string stored = written(headers);
        ByteReader in{stored};
        ASSERT_EQ(Headers::read(in), headers);
        ASSERT_TRUE(in.at_end());
    }
}

}  // namespace
}  // namespace sluice
