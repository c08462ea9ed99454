#include "contract/compare.hpp"

#include "contract/test_contract.hpp"
#include "contract/test_versions.hpp"

#include <fmt/format.h>

#include <string>
#include <vector>

namespace sluice::contract {
namespace {

using Lines = std::vector<std::string>;

constexpr std::string_view kSchema =
    "payload: {type: object, required: [total], properties: {total: {type: integer}}}";

ContractSource source(std::string_view text) {
    auto loaded = load_source_text("c.yaml", text);
    EXPECT_TRUE(loaded.has_value()) << loaded.error().message;
    return std::move(loaded).value();
}

Lines found(std::string_view before, std::string_view after, Compatibility wanted) {
    Lines lines;
    for (const Finding& one : compare(source(before), source(after), wanted)) {
        lines.push_back(fmt::format(
            "{} {}{}: {}", one.backward ? "backward" : "forward", one.type, one.path, one.what
        ));
    }
    return lines;
}

TEST(Compare, AContractIsCompatibleWithItself) {
    EXPECT_EQ(found(test::kGood, test::kGood, Compatibility::kFull), Lines{});
    EXPECT_EQ(differences(source(test::kGood), source(test::kGood)), Lines{});
}

TEST(Compare, LooksInTheDirectionThatIsAskedFor) {
    const std::string wider = test::with("total: {type: integer}", "total: {type: number}");
    EXPECT_EQ(found(test::kGood, wider, Compatibility::kBackward), Lines{});
    const Lines forward{"forward order.placed/total: may be number, and integer is due"};
    EXPECT_EQ(found(test::kGood, wider, Compatibility::kForward), forward);
    EXPECT_EQ(found(test::kGood, wider, Compatibility::kFull), forward);
    EXPECT_EQ(
        found(wider, test::kGood, Compatibility::kFull),
        Lines{"backward order.placed/total: may be number, and integer is due"}
    );
}

TEST(Compare, AnEventTypeThatIsGoneIsFound) {
    const std::string renamed = test::with("name: order.cancelled", "name: order.withdrawn");
    EXPECT_EQ(
        found(test::kGood, renamed, Compatibility::kForward),
        Lines{"forward order.cancelled: is not in the contract any more"}
    );
    EXPECT_EQ(
        differences(source(test::kGood), source(renamed)),
        (Lines{"order.cancelled: is gone", "order.withdrawn: is new"})
    );
}

TEST(Compare, WhatIsFixedForEverIsFoundInEveryDirection) {
    EXPECT_EQ(
        found(test::kGood, test::with("homes: 8", "homes: 16"), Compatibility::kForward),
        Lines{"backward : homes is 16, and was 8"}
    );
    EXPECT_EQ(
        found(test::kGood, test::with("domain: order", "domain: orders"), Compatibility::kBackward),
        Lines{"backward : the domain is orders, and was order"}
    );
}

TEST(Compare, AFieldThatBecomesPersonalIsFound) {
    const std::string marked =
        test::with("total: {type: integer}", "total: {type: integer, x-sluice: {personal: true}}");
    EXPECT_EQ(
        found(test::kGood, marked, Compatibility::kForward),
        Lines{
            "forward order.placed/total: becomes personal: subscriptions without the grant do not "
            "get it any more"}
    );
    EXPECT_EQ(found(marked, test::kGood, Compatibility::kFull), Lines{});
    EXPECT_EQ(
        differences(source(marked), source(test::kGood)),
        Lines{"order.placed /total: is not personal any more"}
    );
}

TEST(Compare, ReferencesArePutInPlace) {
    const std::string referring = test::with(
        "properties: {total: {type: integer}}}",
        "properties: {total: {$ref: '#/components/messages/placed/payload/definitions/t'}}, "
        "definitions: {t: {type: integer}}}"
    );
    EXPECT_EQ(found(test::kGood, referring, Compatibility::kFull), Lines{});
    EXPECT_EQ(
        source(referring).schemas.at("order.placed").at("properties").at("total").at("type"),
        "integer"
    );
}

TEST(Differences, TellWhatHasChangedInTheSchemaAndTheRules) {
    const std::string changed = test::with(
        kSchema,
        "payload: {type: object, required: [total, id], properties: {total: {type: number, "
        "maximum: 9}, "
        "id: {type: string}}}"
    );
    EXPECT_EQ(
        differences(source(test::kGood), source(changed)),
        (Lines{
            "order.placed /total: maximum is 9 now",
            "order.placed /total: type \"integer\" became \"number\"",
            "order.placed /id: is new",
            "order.placed: required [\"total\"] became [\"total\",\"id\"]"})
    );
    EXPECT_EQ(
        differences(
            source(test::kGood),
            source(test::with("x-sluice: {after: order.placed, closes: true}", ""))
        ),
        (Lines{
            "order.cancelled: comes after nothing, and came after order.placed",
            "order.cancelled: does not close its subject any more"})
    );
}

/// The contract before it had versions: what is version 1 now.
std::string before_versions() {
    const std::string text{test::kVersioned};
    const std::string begin = "      x-sluice:\n        versions:\n";
    const std::string head = text.substr(0, text.find(begin));
    std::string old = head + text.substr(text.find("  schemas:\n"));
    const std::string newest = "payload: {$ref: '#/components/schemas/placed3'}";
    return old.replace(
        old.find(newest), newest.size(), "payload: {$ref: '#/components/schemas/placed1'}"
    );
}

TEST(Compare, ANewVersionIsNoFindingWhileTheOldOneIsKept) {
    EXPECT_EQ(found(before_versions(), test::kVersioned, Compatibility::kBackward), Lines{});
    EXPECT_EQ(found(test::kVersioned, test::kVersioned, Compatibility::kFull), Lines{});
}

TEST(Compare, AVersionMustNotChangeUnderItsDataschema) {
    const std::string changed = test::versioned_with(
        "cents: {type: integer, minimum: 0, maximum: 100000000}", "cents: {type: string}"
    );
    const Lines lines = found(test::kVersioned, changed, Compatibility::kBackward);
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_TRUE(lines[0].starts_with("backward order.placed/cents: ")) << lines[0];
}

TEST(Compare, AVersionThatIsGoneIsAFinding) {
    const std::string moved = test::versioned_with("placed/2", "placed/2b");
    EXPECT_EQ(
        found(test::kVersioned, moved, Compatibility::kBackward),
        Lines{"backward order.placed: events with dataschema https://shop.example/placed/2 have "
              "no version any more"}
    );
    const std::string named = test::versioned_with(
        "          1:\n", "          1:\n            dataschema: https://shop.example/placed/1\n"
    );
    EXPECT_EQ(
        found(before_versions(), named, Compatibility::kBackward),
        Lines{"backward order.placed: events without a dataschema have no version any more"}
    );
}

TEST(Compare, WhoPutsTheTopicInOrderIsFixedAndEpochsRise) {
    const auto stock = [](std::string_view ordered) {
        return fmt::format(
            "asyncapi: 3.0.0\nx-sluice:\n  domain: stock\n  homes: 2\n{}"
            "channels:\n  m: {{address: stock.events, messages: {{moved: {{name: moved}}}}}}\n",
            ordered
        );
    };
    const std::string sequenced = stock("");
    const std::string offset =
        stock("  ordered: {topic: stock.events, positions: offset, epoch: 2}\n");
    const std::string rising =
        stock("  ordered: {topic: stock.events, positions: rising, epoch: 2}\n");
    const std::string first = stock("  ordered: {topic: stock.events, positions: offset}\n");
    const auto whole = [](std::string_view before, std::string_view after) {
        return found(before, after, Compatibility::kBackward);
    };
    EXPECT_EQ(whole(offset, offset), Lines{});
    EXPECT_EQ(whole(first, offset), Lines{}) << "an epoch may rise";
    EXPECT_EQ(whole(offset, first), Lines{"backward : the epoch is 1, and was 2"});
    EXPECT_EQ(
        whole(offset, rising), Lines{"backward : positions come from elsewhere than they did"}
    );
    EXPECT_EQ(
        whole(sequenced, first),
        Lines{"backward : it is no longer sequenced: its topic is said to be in order already"}
    );
    EXPECT_EQ(
        whole(first, sequenced),
        Lines{"backward : it is sequenced, and its topic was said to be in order already"}
    );
}

}  // namespace
}  // namespace sluice::contract
