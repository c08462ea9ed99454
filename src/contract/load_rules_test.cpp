#include "base/test_seed.hpp"
#include "contract/load.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::contract {
namespace {

/// A contract of one channel with these messages, one a line from line 4 on.
Result<Contract> load_rules(const std::vector<std::string>& messages) {
    return load_contract_text(
        "c",
        fmt::format(
            "asyncapi: 3.0.0\nx-sluice: {{domain: d, homes: 1}}\nchannels: {{c: {{messages: {{\n"
            "{}\n}}}}}}\n",
            fmt::join(messages, ",\n")
        )
    );
}

std::string told(const std::vector<std::string>& messages) {
    const auto loaded = load_rules(messages);
    return loaded.has_value() ? "fine" : loaded.error().message;
}

constexpr std::string_view kCircle =
    "/x-sluice: the rules lead in a circle, so none of these could ever go: ";

// histories.md (a) A5 i: in a circle nothing is missing, so no gap clock would ever run.
TEST(Rules, ATypeAfterItselfIsRefused) {
    for (const char* rule :
         {"after: a", "after: [a]", "after-any: [a]", "if-seen: a", "after: a, same: /x"}) {
        EXPECT_EQ(
            told({fmt::format("a: {{x-sluice: {{{}}}}}", rule)}),
            fmt::format("c:4:15: /channels/c/messages/a{}a after a", kCircle)
        ) << rule;
    }
}

TEST(Rules, ACircleIsToldOnceAtItsFirstTypeHoweverItIsMade) {
    const std::string circle =
        fmt::format("c:4:15: /channels/c/messages/a{}a after b after c after a", kCircle);
    EXPECT_EQ(
        told({"a: {x-sluice: {after: b}}", "b: {x-sluice: {after: c}}", "c: {x-sluice: {after: a}}"}
        ),
        circle
    );
    EXPECT_EQ(
        told(
            {"a: {x-sluice: {if-seen: [b]}}",
             "b: {x-sluice: {after-any: [c, free]}}",
             "c: {x-sluice: {after: a, same: /id}}",
             "free: {}"}
        ),
        circle
    );
}

TEST(Rules, TwoCirclesAreBothTold) {
    EXPECT_EQ(
        told(
            {"a: {x-sluice: {after: b}}",
             "b: {x-sluice: {after: a}}",
             "y: {x-sluice: {after: z}}",
             "z: {x-sluice: {after: y}}"}
        ),
        fmt::format(
            "c:4:15: /channels/c/messages/a{0}a after b after a\n"
            "c:6:15: /channels/c/messages/y{0}y after z after y",
            kCircle
        )
    );
}

TEST(Rules, ManyWaysToOneTypeAreNoCircle) {
    EXPECT_EQ(
        told(
            {"a: {}",
             "b: {x-sluice: {after: a}}",
             "c: {x-sluice: {after: a}}",
             "d: {x-sluice: {after: [b, c], if-seen: a, after-any: [a, b, c]}}"}
        ),
        "fine"
    );
}

TEST(Rules, NamesAreThoseOfTypesNotOfMessages) {
    EXPECT_EQ(
        told({"placed: {name: order.placed}", "gone: {x-sluice: {after: placed}}"}),
        "c:5:18: /channels/c/messages/gone/x-sluice: 'placed' is no type of this contract"
    );
    EXPECT_EQ(
        told({"placed: {name: order.placed}", "gone: {x-sluice: {after: order.placd}}"}),
        "c:5:18: /channels/c/messages/gone/x-sluice: 'order.placd' is no type of this contract; "
        "did "
        "you mean 'order.placed'?"
    );
}

TEST(Rules, EveryUnknownNameIsTold) {
    EXPECT_EQ(
        told({"a: {}", "b: {x-sluice: {after: [a, q], if-seen: r, after-any: [a, s]}}"}),
        "c:5:15: /channels/c/messages/b/x-sluice: 'q' is no type of this contract\n"
        "c:5:15: /channels/c/messages/b/x-sluice: 'r' is no type of this contract\n"
        "c:5:15: /channels/c/messages/b/x-sluice: 's' is no type of this contract"
    );
}

TEST(Rules, ListsHoldTexts) {
    EXPECT_EQ(
        told({"a: {}", "b: {x-sluice: {after: [a, 5]}}"}),
        "c:5:27: /channels/c/messages/b/x-sluice/after/1: 5 is not a text; put it into quotes"
    );
    EXPECT_EQ(
        told({"a: {}", "b: {x-sluice: {after-any: []}}"}),
        "c:5:27: /channels/c/messages/b/x-sluice/after-any: the list is empty; name at least one "
        "type"
    );
    EXPECT_EQ(
        told({"a: {}", "b: {x-sluice: {if-seen: {a: 1}}}"}),
        "c:5:25: /channels/c/messages/b/x-sluice/if-seen: a mapping is not a text"
    );
}

TEST(Rules, ALongChainIsFollowedToItsEnd) {
    constexpr int length = 1'500;
    std::vector<std::string> messages;
    messages.reserve(length + 1);
    for (int at = 0; at < length; ++at) {
        messages.push_back(fmt::format("t{:05}: {{x-sluice: {{after: t{:05}}}}}", at, at + 1));
    }
    messages.push_back(fmt::format("t{:05}: {{}}", length));
    EXPECT_EQ(told(messages), "fine");
    messages.back() = fmt::format("t{:05}: {{x-sluice: {{after: t00000}}}}", length);
    EXPECT_NE(
        told(messages).find("c:4:20: /channels/c/messages/t00000/x-sluice"), std::string::npos
    );
}

// The reference: who reaches whom, by Warshall's algorithm.
TEST(Rules, AreRefusedExactlyWhenSomeTypeReachesItself) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    int circles = 0;
    for (int round = 0; round < 500; ++round) {
        const std::size_t types = random() % 7 + 1;
        std::vector<std::vector<bool>> reaches(types, std::vector<bool>(types));
        std::vector<std::string> messages;
        for (std::size_t type = 0; type < types; ++type) {
            std::vector<std::string> before;
            for (std::uint64_t left = random() % 3; left > 0; --left) {
                const std::size_t other = random() % types;
                if (random() % 8 != 0 && other >= type) continue;  // mostly without circles
                reaches[type][other] = true;
                before.push_back(fmt::format("t{}", other));
            }
            const char* key = random() % 2 == 0 ? "after" : "after-any";
            const std::string rule =
                before.empty()
                    ? ""
                    : fmt::format("x-sluice: {{{}: [{}]}}", key, fmt::join(before, ", "));
            messages.push_back(fmt::format("t{}: {{{}}}", type, rule));
        }
        for (std::size_t via = 0; via < types; ++via)
            for (std::size_t from = 0; from < types; ++from)
                for (std::size_t to = 0; to < types; ++to)
                    if (reaches[from][via] && reaches[via][to]) reaches[from][to] = true;
        bool circle = false;
        for (std::size_t type = 0; type < types; ++type) circle = circle || reaches[type][type];
        const auto loaded = load_rules(messages);
        ASSERT_EQ(loaded.has_value(), !circle) << fmt::format("{}", fmt::join(messages, "\n"));
        circles += circle ? 1 : 0;
        if (!circle) continue;
        ASSERT_NE(loaded.error().message.find(kCircle), std::string::npos);
    }
    EXPECT_GT(circles, 20);
    EXPECT_LT(circles, 480);
}

}  // namespace
}  // namespace sluice::contract
