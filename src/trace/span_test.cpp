#include "trace/span.hpp"

#include "base/test_seed.hpp"
#include "event/text.hpp"

#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <random>
#include <string>

namespace sluice::trace {
namespace {

std::string text_of(const Span& span, std::string_view name) {
    for (const auto& [key, value] : span.attributes) {
        if (key == name) return std::get<std::string>(value);
    }
    ADD_FAILURE() << "no attribute " << name;
    return {};
}

TEST(SpanTest, AttributesKeepTheirOrderAndTheirKind) {
    Span span;
    span.set("text", std::string_view{"one"});
    span.set("number", std::numeric_limits<std::int64_t>::min());
    span.set("flag", false);
    span.set("empty", std::string_view{});
    ASSERT_EQ(span.attributes.size(), 4U);
    EXPECT_EQ(span.attributes[0].second, AttributeValue{std::string{"one"}});
    EXPECT_EQ(span.attributes[1].second, AttributeValue{std::numeric_limits<std::int64_t>::min()});
    EXPECT_EQ(span.attributes[2].second, AttributeValue{false});
    EXPECT_EQ(span.attributes[3].second, AttributeValue{std::string{}});
}

TEST(SpanTest, AFailureHasATypeAndWordsAndTheTypeStandsInForThem) {
    Span worded;
    worded.fail("timeout", "no answer in 5 s");
    EXPECT_EQ(text_of(worded, "error.type"), "timeout");
    EXPECT_EQ(worded.failure, "no answer in 5 s");
    Span bare;
    bare.fail("timeout", "");
    EXPECT_EQ(bare.failure, "timeout") << "an empty one would say that it has not failed";
}

TEST(SpanTest, AFailureIsCutAsATextIs) {
    Span span;
    span.fail("dead", std::string(Span::kTextBytesMax - 2, 'x') + "€ and more");
    EXPECT_EQ(span.failure, std::string(Span::kTextBytesMax - 2, 'x'));
}

TEST(SpanTest, ANulIsPartOfAText) {
    using std::string_view_literals::operator""sv;
    Span span;
    span.set("key", "a\0b"sv);
    EXPECT_EQ(text_of(span, "key"), "a\0b"sv);
}

TEST(SpanTest, ALaterEndCountsAndAnEarlierOneIsNone) {
    Span span;
    span.start = Instant{10};
    span.end_at(Instant{15});
    EXPECT_EQ(span.took, Milliseconds{5});
    span.end_at(Instant{10});
    EXPECT_EQ(span.took, Milliseconds{0});
    span.end_at(Instant{-10});
    EXPECT_EQ(span.took, Milliseconds{0});
}

/// A text of characters of one to four bytes.
std::string random_text(std::mt19937_64& random) {
    constexpr std::array<std::uint32_t, 6> kCharacters{'a', '"', 0xe9, 0x20ac, 0x5b57, 0x1f600};
    std::string text;
    const std::size_t bytes = random() % (2 * Span::kTextBytesMax);
    while (text.size() < bytes)
        event::append_utf8(text, kCharacters[random() % kCharacters.size()]);
    return text;
}

TEST(SpanModel, ATextIsCutAfterTheLastCharacterThatFitsWhole) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int run = 0; run < 2'000; ++run) {
        const std::string text = random_text(random);
        Span span;
        span.set("text", text);
        const std::string kept = text_of(span, "text");
        std::size_t fits = 0;  // the reference: character by character from the front
        while (fits < text.size()) {
            const std::size_t next = fits + event::decode_utf8(text.substr(fits)).size;
            if (next > Span::kTextBytesMax) break;
            fits = next;
        }
        ASSERT_EQ(kept, text.substr(0, fits));
        ASSERT_TRUE(event::is_utf8(kept));
    }
}

}  // namespace
}  // namespace sluice::trace
