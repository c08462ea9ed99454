#include "contract/node.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace sluice::contract {
namespace {

using Lines = std::vector<std::string>;

/// What asking this question of that text puts into the problems.
Lines asked(std::string_view text, const std::function<void(const Node&)>& question) {
    const auto document = Document::parse("f", text).value();
    Problems problems;
    question(Node::root_of(document, problems));
    return problems.lines();
}

TEST(Node, GivesValues) {
    const auto document =
        Document::parse(
            "f", "{t: x, n: 7, r: 0.5, b: true, d: 30s, s: 64KiB, l: [1, 2], c: two, z: null}"
        )
            .value();
    Problems problems;
    const Node root = Node::root_of(document, problems);
    EXPECT_EQ(root.at("t").text(), "x");
    EXPECT_EQ(root.at("n").count(1, 7), 7U);
    EXPECT_EQ(root.at("r").real(0, 1), 0.5);
    EXPECT_EQ(root.at("b").flag(), true);
    EXPECT_EQ(root.at("d").duration(Milliseconds{0}, Milliseconds{60'000}), Milliseconds{30'000});
    EXPECT_EQ(root.at("s").size(0, 1 << 20), 65'536U);
    EXPECT_EQ(root.at("c").choice<int>({{"one", 1}, {"two", 2}}), 2);
    EXPECT_EQ(root.at("l").items().size(), 2U);
    EXPECT_EQ(root.at("t").one_or_more().size(), 1U);
    EXPECT_EQ(root.at("l").one_or_more().size(), 2U);
    EXPECT_EQ(root.members().size(), 9U);
    EXPECT_FALSE(root.at("z").present());
    EXPECT_EQ(root.at("absent").at("deeper").text(), std::nullopt);
    EXPECT_TRUE(root.at("absent").items().empty());
    EXPECT_TRUE(problems.empty());
}

TEST(Node, SaysWhatIsAllowed) {
    EXPECT_EQ(
        asked(
            "a: hold",
            [](const Node& n) {
                static_cast<void>(n.at("a").choice<int>({{"wait", 1}, {"park", 2}}));
            }
        ),
        Lines{"f:1:4: /a: 'hold' is not one of wait, park"}
    );
    EXPECT_EQ(
        asked("a: 0", [](const Node& n) { static_cast<void>(n.at("a").count(1, 64)); }),
        Lines{"f:1:4: /a: 0 is not a whole number from 1 to 64"}
    );
    EXPECT_EQ(
        asked("a: -1", [](const Node& n) { static_cast<void>(n.at("a").count(0, 64)); }),
        Lines{"f:1:4: /a: -1 is not a whole number from 0 to 64"}
    );
    EXPECT_EQ(
        asked("a: 2.5", [](const Node& n) { static_cast<void>(n.at("a").real(0, 1)); }),
        Lines{"f:1:4: /a: 2.5 is not a number from 0 to 1"}
    );
    EXPECT_EQ(
        asked("a: 5", [](const Node& n) { static_cast<void>(n.at("a").text()); }),
        Lines{"f:1:4: /a: 5 is not a text; put it into quotes"}
    );
    EXPECT_EQ(
        asked("a: [b]", [](const Node& n) { static_cast<void>(n.at("a").text()); }),
        Lines{"f:1:4: /a: a list is not a text"}
    );
    EXPECT_EQ(
        asked("a: yes", [](const Node& n) { static_cast<void>(n.at("a").flag()); }),
        Lines{"f:1:4: /a: 'yes' is not true or false"}
    );
    EXPECT_EQ(
        asked(
            "a: 30",
            [](const Node& n) {
                static_cast<void>(n.at("a").duration(Milliseconds{1}, Milliseconds{60'000}));
            }
        ),
        Lines{"f:1:4: /a: 30 is not a duration from 1ms to 1m (ms, s, m, h, d)"}
    );
    EXPECT_EQ(
        asked("a: 2MiB", [](const Node& n) { static_cast<void>(n.at("a").size(1024, 1 << 20)); }),
        Lines{"f:1:4: /a: '2MiB' is not a size from 1KiB to 1MiB (B, KiB, MiB, GiB, TiB)"}
    );
    EXPECT_EQ(
        asked("a: {b: 1}", [](const Node& n) { static_cast<void>(n.at("a").items()); }),
        Lines{"f:1:4: /a: a mapping is not a list"}
    );
    EXPECT_EQ(
        asked("a: 1", [](const Node& n) { static_cast<void>(n.required("b")); }),
        Lines{"f:1:1: 'b' is missing"}
    );
}

TEST(Node, NamesTheNearestOfUnknownNames) {
    EXPECT_EQ(
        asked(
            "a:\n  polcy: 1\n  x-own: 2\n",
            [](const Node& n) {
                n.at("a").only({"policy", "wait"});
            }
        ),
        (Lines{
            "f:2:3: /a/polcy: unknown name; did you mean 'policy'?; allowed here: policy, wait",
            "f:3:3: /a/x-own: unknown name; allowed here: policy, wait"})
    );
    EXPECT_EQ(
        asked(
            "x-own: 1\nx-sluce: 2\n",
            [](const Node& n) {
                n.only({"id", "x-sluice"}, Extensions::kAllowed);
            }
        ),
        Lines{"f:2:1: /x-sluce: unknown name; did you mean 'x-sluice'?; allowed here: id, x-sluice"}
    );
    EXPECT_EQ(
        asked("a: 5", [](const Node& n) { n.at("a").only({"policy"}); }),
        Lines{"f:1:4: /a: 5 is not a mapping"}
    );
}

TEST(Node, FollowsReferences) {
    const auto document =
        Document::parse("f", "{a: {$ref: '#/b~1c'}, 'b/c': {$ref: '#/d%20e/0'}, 'd e': [{x: 7}]}")
            .value();
    Problems problems;
    const Node target = Node::root_of(document, problems).at("a");
    EXPECT_EQ(target.pointer(), "/d e/0");
    EXPECT_EQ(target.at("x").count(0, 9), 7U);
    EXPECT_TRUE(problems.empty());
}

TEST(Node, RefusesReferencesThatLeadNowhere) {
    const auto read_a = [](const Node& n) {
        const Node a = n.required("a");
        EXPECT_FALSE(a.present());
        EXPECT_TRUE(a.lost());
    };
    EXPECT_EQ(
        asked("a: {$ref: '#/b'}", read_a), Lines{"f:1:4: /a: the reference '#/b' leads to nothing"}
    );
    EXPECT_EQ(
        asked("a: {$ref: 'other.yaml#/b'}", read_a),
        Lines{"f:1:4: /a: the reference 'other.yaml#/b' leaves this document; only local ones such "
              "as "
              "'#/components/…' are followed"}
    );
    EXPECT_EQ(
        asked("a: {$ref: '#/b', c: 1}\nb: 1", read_a),
        Lines{"f:1:4: /a: a reference has no other names beside '$ref'"}
    );
    EXPECT_EQ(
        asked("a: {$ref: '#/b'}\nb: {$ref: '#/a'}", read_a),
        Lines{"f:1:4: /a: the references lead in a circle"}
    );
}

}  // namespace
}  // namespace sluice::contract
