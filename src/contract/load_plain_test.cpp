#include "contract/load.hpp"
#include "contract/test_contract.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

namespace sluice::contract {
namespace {

/// The good contract, with `plain` of its second channel.
std::string with_plain(std::string_view plain) {
    return test::with("others: foreign", fmt::format("others: foreign, plain: {}", plain));
}

PlainRecords loaded_plain(std::string_view plain) {
    const auto contract = load_contract_text("c.yaml", with_plain(plain));
    EXPECT_TRUE(contract) << contract.error().message;
    if (!contract) return {};
    EXPECT_FALSE(contract->channel_of("order.placed")->plain.has_value());
    return contract->channel_of("order.cancelled")->plain.value();
}

/// The problems, less the place that all of them begin with.
std::string plain_refusal(std::string_view plain) {
    const auto contract = load_contract_text("c.yaml", with_plain(plain));
    if (contract) return "accepted";
    EXPECT_TRUE(contract.error().message.starts_with("c.yaml:17:")) << contract.error().message;
    const std::string& message = contract.error().message;
    const std::size_t at = message.find("plain");
    return at == std::string::npos ? message : message.substr(at + 5);
}

TEST(LoadPlain, SubjectAndTypeAreEnough) {
    const PlainRecords plain = loaded_plain("{subject: {key: string}, type: order.cancelled}");
    EXPECT_EQ(std::get<FromKey>(plain.subject).encoding, Encoding::kString);
    EXPECT_EQ(std::get<Constant>(plain.type).text, "order.cancelled");
    EXPECT_EQ(plain.source, "/order.cancelled");
    EXPECT_FALSE(plain.id);
    EXPECT_FALSE(plain.number);
}

TEST(LoadPlain, TakesKeysHeadersAndPointers) {
    const PlainRecords plain = loaded_plain(
        "{subject: {pointer: /order/id}, type: {header: kind}, id: {header: n, as: bytes}, "
        "source: /orders, number: {key: int64}}"
    );
    EXPECT_EQ(std::get<JsonPointer>(plain.subject).text(), "/order/id");
    EXPECT_EQ(std::get<FromHeader>(plain.type).name, "kind");
    EXPECT_EQ(std::get<FromHeader>(plain.type).encoding, Encoding::kString);
    EXPECT_EQ(std::get<FromHeader>(*plain.id).encoding, Encoding::kBytes);
    EXPECT_EQ(plain.source, "/orders");
    EXPECT_EQ(std::get<FromKey>(*plain.number).encoding, Encoding::kInt64);
}

TEST(LoadPlain, WhatIsWrongIsRefusedWithItsPlace) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"{type: order.cancelled}", ": 'subject' is missing"},
        {"{subject: {key: string}}", ": 'type' is missing"},
        {"{subject: key, type: order.cancelled}",
         "/subject: {key: string}, {header: NAME} or {pointer: /PATH} is due here"},
        {"{subject: {}, type: order.cancelled}",
         "/subject: {key: string}, {header: NAME} or {pointer: /PATH} is due here"},
        {"{subject: {key: string, header: x}, type: order.cancelled}",
         "/subject: {key: string}, {header: NAME} or {pointer: /PATH} is due here"},
        {"{subject: {key: long}, type: order.cancelled}",
         "/subject/key: 'long' is not one of string, int64, bytes"},
        {"{subject: {key: string, as: int64}, type: order.cancelled}",
         "/subject/as: goes with a header; a key says it itself: {key: int64}"},
        {"{subject: {header: ''}, type: order.cancelled}",
         "/subject/header: '' is not the name of a header"},
        {"{subject: {pointer: id}, type: order.cancelled}",
         "/subject/pointer: 'id' is not a JSON pointer such as /parcelId"},
        {"{subject: {key: string}, type: ''}", "/type: '' is not an event type"},
        {"{subject: {key: string}, type: order.canceled}",
         "/type: 'order.canceled' is none of the channel's messages; did you mean "
         "'order.cancelled'?; there "
         "are: order.cancelled"},
        {"{subject: {key: string}, type: [a]}", "/type: a list is not a text"},
        {"{subject: {key: string}, type: order.cancelled, source: a b}",
         "/source: 'a b' is not a source: at least one character, no blanks"},
        {"{subject: {key: string}, type: order.cancelled, number: {header: n}}",
         "/number: the source '/order.cancelled' numbers its events, but is none of "
         "x-sluice.sources: /orders, "
         "/deliveries"},
        {"{subjekt: {key: string}, type: order.cancelled}",
         ": 'subject' is missing\nc.yaml:17:79: /channels/cancelled/x-sluice/plain/subjekt: "
         "unknown name; did you "
         "mean 'subject'?"},
        {"[subject]", ": a list is not a mapping"},
    };
    for (const auto& [plain, problem] : cases) {
        EXPECT_EQ(plain_refusal(plain).substr(0, problem.size()), problem) << plain << "\n"
                                                                           << plain_refusal(plain);
    }
}

}  // namespace
}  // namespace sluice::contract
