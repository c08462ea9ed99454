#include "contract/load.hpp"
#include "contract/test_contract.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace sluice::contract {
namespace {

constexpr std::string_view kStock = R"(asyncapi: 3.0.0
x-sluice:
  domain: stock
  homes: 6
  ordered: {topic: stock.events, positions: offset}
channels:
  moves:
    address: stock.events
    messages: {moved: {$ref: '#/components/messages/moved'}}
    bindings: {kafka: {partitions: 6}}
    x-sluice: {plain: {subject: {key: int64}, type: stock.moved}}
components:
  messages:
    moved:
      name: stock.moved
      payload: {type: object}
)";

/// The contract with one piece replaced; the piece must be there.
std::string stock_with(std::string_view piece, std::string_view instead) {
    std::string text{kStock};
    const std::size_t at = text.find(piece);
    EXPECT_NE(at, std::string::npos) << piece;
    return text.replace(at, piece.size(), instead);
}

std::string ordered(std::string_view more) {
    return stock_with("positions: offset", more);
}

GivenOrder loaded_given(const std::string& text) {
    const auto contract = load_contract_text("c.yaml", text);
    EXPECT_TRUE(contract) << contract.error().message;
    return contract ? contract->given.value() : GivenOrder{};
}

std::string refused(const std::string& text) {
    const auto contract = load_contract_text("c.yaml", text);
    return contract ? "accepted" : contract.error().message;
}

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

TEST(LoadGiven, ADomainWithoutItIsSequenced) {
    const auto contract = load_contract_text("c.yaml", test::kGood);
    ASSERT_TRUE(contract);
    EXPECT_FALSE(contract->given.has_value());
}

TEST(LoadGiven, TopicAndPositionsAreEnough) {
    const GivenOrder given = loaded_given(std::string{kStock});
    EXPECT_EQ(given.positions, Positions::kOffset);
    EXPECT_EQ(given.epoch, 1U);
    EXPECT_EQ(given.lost, LostPolicy::kStop);
}

TEST(LoadGiven, TakesAllThatItSays) {
    const GivenOrder given = loaded_given(ordered("positions: offset, epoch: 3, lost: pass"));
    EXPECT_EQ(given.epoch, 3U);
    EXPECT_EQ(given.lost, LostPolicy::kPass);
    for (const auto& [name, positions] :
         {std::pair{"contiguous", Positions::kContiguous},
          std::pair{"rising", Positions::kRising}}) {
        std::string text = ordered(fmt::format("positions: {}", name));
        const std::string_view line =
            "    x-sluice: {plain: {subject: {key: int64}, type: stock.moved}}\n";
        text.erase(text.find(line), line.size());
        EXPECT_EQ(loaded_given(text).positions, positions);
    }
}

TEST(LoadGiven, WhatIsASequencersIsRefusedByName) {
    for (const std::string_view setting :
         {"sources: [/a]",
          "gap: {policy: skip}",
          "waiting: {events: 5}",
          "closing: {retain: 7d}",
          "forget: {after: 400d}",
          "start: {older: wait}",
          "retention: {ordered: {age: 1d}}",
          "invalid: dead",
          "changed: drop"}) {
        const std::string problem =
            refused(stock_with("homes: 6\n", fmt::format("homes: 6\n  {}\n", setting)));
        const std::string name{setting.substr(0, setting.find(':'))};
        EXPECT_TRUE(has(problem, fmt::format("/x-sluice/{}: '{}' is for a sequencer", name, name)))
            << problem;
    }
    for (const std::string_view rule :
         {"after: stock.moved", "if-seen: stock.moved", "closes: true"}) {
        const std::string problem = refused(stock_with(
            "      payload: {type: object}\n",
            fmt::format("      payload: {{type: object}}\n      x-sluice: {{{}}}\n", rule)
        ));
        const std::string name{rule.substr(0, rule.find(':'))};
        EXPECT_TRUE(has(problem, fmt::format("'{}' is for a sequencer", name))) << problem;
    }
}

TEST(LoadGiven, WhatDoesNotFitIsRefusedWithItsPlace) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {ordered("epoch: 1"), "'positions' is missing"},
        {ordered("positions: offsets"),
         "/x-sluice/ordered/positions: 'offsets' is not one of offset, contiguous, rising"},
        {ordered("positions: offset, epoch: 0"), "/x-sluice/ordered/epoch"},
        {ordered("positions: offset, epoch: 1001"), "/x-sluice/ordered/epoch"},
        {ordered("positions: offset, lost: skip"), "'skip' is not one of stop, pass"},
        {ordered("positions: offset, homes: 6"), "/x-sluice/ordered/homes: unknown name"},
        {stock_with("topic: stock.events", "topic: stock.moves"),
         "'stock.moves' is not the topic of channel 'moves', which is 'stock.events'"},
        {stock_with("topic: stock.events, ", ""), "'topic' is missing"},
        {stock_with("partitions: 6", "partitions: 12"),
         "12 partitions, and x-sluice.homes is 6: where the topic is in order already, they are "
         "one number"},
        {ordered("positions: contiguous"), "it goes with positions: offset"},
        {stock_with(
             "x-sluice: {plain: {subject: {key: int64}, type: stock.moved}}",
             "x-sluice: {others: foreign}"
         )
             .replace(kStock.find("offset"), 6, "contiguous"),
         "/channels/moves/x-sluice/others: what is passed over leaves a hole"},
        {stock_with("type: stock.moved}}", "type: stock.moved, number: {header: n}}}"),
         "'number' is for a sequencer"},
        {stock_with("x-sluice: {plain:", "x-sluice: {validation: warn, plain:"),
         "/channels/moves/x-sluice/validation: 'warn' counts what a sequencer reads"},
        {stock_with("homes: 6\n", "homes: 6\n  validation: warn\n"),
         "/x-sluice/validation: 'warn' counts what a sequencer reads"},
        {stock_with("channels:\n", "channels:\n  more: {address: stock.more}\n"),
         "the contract has 2 channels: only one topic can be in order already"},
    };
    for (const auto& [text, problem] : cases) {
        EXPECT_TRUE(has(refused(text), problem)) << problem << "\n" << refused(text);
    }
}

}  // namespace
}  // namespace sluice::contract
