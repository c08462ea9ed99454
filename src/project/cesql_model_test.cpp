#include "base/test_mutation.hpp"
#include "base/test_seed.hpp"
#include "project/cesql_fixture.hpp"

#include <array>
#include <random>

namespace sluice::project {
namespace {

using cesql::Type;

constexpr int kRounds = 3'000;

/// A random expression as somebody may write it, and the type that it must give.
class Writer {
public:
    explicit Writer(std::mt19937_64& random) : random_{random} {}

    std::string any(int depth) {
        switch (below(3)) {
            case 0: return text(depth);
            case 1: return number(depth);
            default: return truth(depth);
        }
    }

    std::string text(int depth) {
        if (depth == 0) return pick<4>({"'x'", "\"it's\"", "'%\\_'", "subject"});
        switch (below(5)) {
            case 0: return "CONCAT(" + any(depth - 1) + ", " + any(depth - 1) + ")";
            case 1: return "UPPER(" + any(depth - 1) + ")";
            case 2: return "SUBSTRING(" + any(depth - 1) + "," + number(depth - 1) + ")";
            case 3: return "STRING(" + any(depth - 1) + ")";
            default: return text(0);
        }
    }

    std::string number(int depth) {
        if (depth == 0) return pick<5>({"0", "7", "-2147483648", "2147483647", "+12"});
        static constexpr std::array<const char*, 5> signs{" + ", "-", "*", " / ", " % "};
        switch (below(4)) {
            case 0: return "(" + any(depth - 1) + signs[below(5)] + any(depth - 1) + ")";
            case 1: return "-(" + any(depth - 1) + ")";
            case 2: return "ABS(" + any(depth - 1) + ")";
            default: return number(0);
        }
    }

    std::string truth(int depth) {
        if (depth == 0) return pick<4>({"TRUE", "false", "EXISTS subject", "exists nothing"});
        static constexpr std::array<const char*, 10> signs{
            " = ", "!=", " <> ", "<", "<=", " > ", ">=", " AND ", " or ", " XOR "};
        switch (below(4)) {
            case 0: return "(" + any(depth - 1) + signs[below(10)] + any(depth - 1) + ")";
            case 1: return "(NOT " + truth(depth - 1) + ")";
            case 2: return "(" + any(depth - 1) + " NOT LIKE '%a_\\%')";
            default: return "(" + any(depth - 1) + " IN (" + any(depth - 1) + ", missing))";
        }
    }

private:
    std::size_t below(std::size_t end) { return random_() % end; }

    template <std::size_t Count>
    std::string pick(const std::array<const char*, Count>& from) {
        return from[below(Count)];
    }

    std::mt19937_64& random_;
};

const test::TestEvent kEvent{
    {{"subject", std::string{"한글 order"}}, {"n", std::int32_t{-3}}, {"b", true}}};

class CesqlModel : public testing::Test {
protected:
    const std::uint64_t seed_{sluice::test::seed()};
    std::mt19937_64 random_{seed_};
    cesql::Scratch scratch_;
};

// Total: whatever is well-formed gives a value of the type that it has, and the same one again.
TEST_F(CesqlModel, GivesAValueOfItsTypeForEveryExpression) {
    SCOPED_TRACE(sluice::test::rerun(seed_));
    Writer writer{random_};
    for (int round = 0; round < kRounds; ++round) {
        const int depth = static_cast<int>(random_() % 5);
        const auto type = static_cast<Type>(random_() % 3);
        const std::string text = type == Type::kString    ? writer.text(depth)
                                 : type == Type::kInteger ? writer.number(depth)
                                                          : writer.truth(depth);
        SCOPED_TRACE(text);
        const auto parsed = Cesql::parse(text);
        ASSERT_TRUE(parsed.has_value()) << parsed.error().message;
        const cesql::Outcome once = parsed->evaluate(kEvent, scratch_);
        const std::string first = test::shown(once);
        ASSERT_EQ(cesql::type_of(once.value), type) << first;
        ASSERT_EQ(test::shown(parsed->evaluate(kEvent, scratch_)), first);
    }
}

// Print and parse: the printed text is the same expression, and means the same.
TEST_F(CesqlModel, WhatItPrintsIsReadAsTheSame) {
    SCOPED_TRACE(sluice::test::rerun(seed_));
    Writer writer{random_};
    for (int round = 0; round < kRounds; ++round) {
        const std::string text = writer.any(static_cast<int>(random_() % 5));
        SCOPED_TRACE(text);
        const auto parsed = Cesql::parse(text);
        ASSERT_TRUE(parsed.has_value()) << parsed.error().message;
        const auto again = Cesql::parse(parsed->text());
        ASSERT_TRUE(again.has_value()) << parsed->text() << ": " << again.error().message;
        ASSERT_EQ(again.value(), parsed.value()) << parsed->text();
        ASSERT_EQ(again->text(), parsed->text());
        ASSERT_EQ(test::given(again->text(), kEvent), test::given(text, kEvent));
    }
}

// Whatever the bytes are: they are refused with a column, or they are an expression.
TEST_F(CesqlModel, EveryTextIsRefusedWithItsPlaceOrEvaluated) {
    SCOPED_TRACE(sluice::test::rerun(seed_));
    Writer writer{random_};
    int refused = 0;
    for (int round = 0; round < kRounds; ++round) {
        std::string text = writer.any(3);
        for (std::size_t hits = random_() % 4 + 1; hits > 0; --hits) {
            text = sluice::test::mutated(random_, text, "()'\"\\,%_-+=<>! NOTINLIKE019a");
        }
        const auto parsed = Cesql::parse_filter(text);
        if (!parsed) {
            ++refused;
            const std::string& told = parsed.error().message;
            ASSERT_TRUE(told.starts_with("column ") || told.find("bytes;") != std::string::npos)
                << told;
            continue;
        }
        const cesql::Outcome outcome = parsed->evaluate(kEvent, scratch_);
        ASSERT_EQ(cesql::type_of(outcome.value), Type::kBoolean) << text;
    }
    EXPECT_GT(refused, kRounds / 10);
    EXPECT_LT(refused, kRounds);
}

}  // namespace
}  // namespace sluice::project
