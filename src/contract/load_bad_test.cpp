#include "contract/load.hpp"
#include "contract/test_contract.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sluice::contract {
namespace {

struct BadContract {
    const char* piece;
    const char* instead;
    const char* problem;
};

class BadContracts : public testing::TestWithParam<BadContract> {};

TEST_P(BadContracts, AreRefusedWithPlaceAndWhatIsAllowed) {
    const auto loaded =
        load_contract_text("order.yaml", test::with(GetParam().piece, GetParam().instead));
    ASSERT_FALSE(loaded.has_value());
    EXPECT_EQ(loaded.error().code, ErrorCode::kBadConfig);
    EXPECT_EQ(loaded.error().message, GetParam().problem);
}

INSTANTIATE_TEST_SUITE_P(
    Domain,
    BadContracts,
    testing::Values(
        BadContract{
            "3.0.0",
            "2.6.0",
            "order.yaml:1:11: /asyncapi: '2.6.0' is not read, only 3.0.x and 3.1.x"},
        BadContract{"asyncapi: 3.0.0\n", "", "order.yaml:1:1: 'asyncapi' is missing"},
        BadContract{
            "x-sluice:\n",
            "x-slice:\n",
            "order.yaml:2:1: /x-slice: unknown name; did you mean 'x-sluice'?; allowed here: "
            "asyncapi, id, info, "
            "defaultContentType, servers, channels, operations, components, x-sluice"},
        BadContract{"  domain: order\n", "", "order.yaml:3:3: /x-sluice: 'domain' is missing"},
        BadContract{
            "domain: order",
            "domain: Order!",
            "order.yaml:3:11: /x-sluice/domain: 'Order!' is not 1 to 64 of a-z, 0-9 and -"},
        BadContract{"  homes: 8\n", "", "order.yaml:3:3: /x-sluice: 'homes' is missing"},
        BadContract{
            "homes: 8",
            "homes: 0",
            "order.yaml:4:10: /x-sluice/homes: 0 is not a whole number from 1 to 4096"},
        BadContract{
            "homes: 8",
            "homes: eight",
            "order.yaml:4:10: /x-sluice/homes: 'eight' is not a whole number from 1 to 4096"},
        BadContract{
            "homes: 8",
            "homes: 8\n  hommes: 9",
            "order.yaml:5:3: /x-sluice/hommes: unknown name; did you mean 'homes'?; allowed here: "
            "domain, homes, ordered, "
            "sources, gap, waiting, closing, forget, start, retention, tables, reducer, "
            "invalid, changed, validation"},
        BadContract{
            "/deliveries]",
            "/my deliveries]",
            "order.yaml:5:22: /x-sluice/sources/1: '/my deliveries' is not a source: at least one "
            "character, no "
            "blanks"},
        BadContract{
            "/deliveries]",
            "/orders]",
            "order.yaml:5:22: /x-sluice/sources/1: '/orders' is there twice"},
        BadContract{
            "policy: wait",
            "policy: hold",
            "order.yaml:6:17: /x-sluice/gap/policy: 'hold' is not one of wait, park, skip"},
        BadContract{
            "policy: wait",
            "polcy: wait",
            "order.yaml:6:9: /x-sluice/gap/polcy: unknown name; did you mean 'policy'?; allowed "
            "here: policy, "
            "wait"},
        BadContract{
            "wait: 30s",
            "wait: 30",
            "order.yaml:6:29: /x-sluice/gap/wait: 30 is not a duration from 0ms to 36500d (ms, s, "
            "m, h, d)"},
        BadContract{
            "after: 400d",
            "after: 1d",
            "order.yaml:8:19: /x-sluice/forget/after: forget.after must not be shorter than "
            "closing.retain"},
        BadContract{
            "gap: {policy: wait, wait: 30s}",
            "gap: wait",
            "order.yaml:6:8: /x-sluice/gap: 'wait' is not a mapping"}
    )
);

INSTANTIATE_TEST_SUITE_P(
    Channels,
    BadContracts,
    testing::Values(
        BadContract{
            "partitions: 12",
            "partitions: 5000",
            "order.yaml:13:36: /channels/placed/bindings/kafka/partitions: 5000 is not a whole "
            "number from 1 to "
            "4096"},
        BadContract{
            "address: order.placed",
            "address: order/placed",
            "order.yaml:11:14: /channels/placed/address: 'order/placed' is not the name of a "
            "topic: 1 to 249 of "
            "a-z, A-Z, 0-9, '.', '_' and '-'"},
        BadContract{
            "address: order.placed",
            "address: order.cancelled",
            "order.yaml:11:14: /channels/placed/address: 'order.cancelled' is the topic of channel "
            "'cancelled' "
            "already"},
        BadContract{
            "address: order.placed",
            "adress: order.placed",
            "order.yaml:11:5: /channels/placed/adress: unknown name; did you mean 'address'?; "
            "allowed here: "
            "address, messages, title, summary, description, servers, parameters, tags, "
            "externalDocs, bindings, "
            "x-sluice"},
        BadContract{
            "partitioner: crc32",
            "partitioner: crc",
            "order.yaml:17:29: /channels/cancelled/x-sluice/partitioner: 'crc' is not one of "
            "murmur2, crc32"},
        BadContract{
            "validation: warn",
            "validation: yes",
            "order.yaml:17:48: /channels/cancelled/x-sluice/validation: 'yes' is not one of off, "
            "warn, enforce"},
        BadContract{
            "others: foreign",
            "others: drop",
            "order.yaml:17:62: /channels/cancelled/x-sluice/others: 'drop' is not one of pass, "
            "foreign"},
        BadContract{
            "'#/components/messages/placed'",
            "'#/components/messages/place'",
            "order.yaml:12:24: /channels/placed/messages/placed: the reference "
            "'#/components/messages/place' "
            "leads to nothing\n"
            "order.yaml:25:17: /components/messages/cancelled/x-sluice: 'order.placed' is no type "
            "of this "
            "contract"}
    )
);

INSTANTIATE_TEST_SUITE_P(
    Messages,
    BadContracts,
    testing::Values(
        BadContract{
            "after: order.placed",
            "after: order.place",
            "order.yaml:25:17: /components/messages/cancelled/x-sluice: 'order.place' is no type "
            "of this "
            "contract; did you mean 'order.placed'?"},
        BadContract{
            "after: order.placed",
            "after: order.cancelled",
            "order.yaml:25:17: /components/messages/cancelled/x-sluice: the rules lead in a "
            "circle, so none of "
            "these could ever go: order.cancelled after order.cancelled"},
        BadContract{
            "name: order.placed\n",
            "name: order.placed\n      x-sluice: {after-any: [order.cancelled]}\n",
            "order.yaml:26:17: /components/messages/cancelled/x-sluice: the rules lead in a "
            "circle, so none of "
            "these could ever go: order.cancelled after order.placed after order.cancelled"},
        BadContract{
            "name: order.cancelled",
            "name: order.placed",
            "order.yaml:21:7: /components/messages/placed: 'order.placed' is described at "
            "/components/messages/cancelled already; let both channels refer to one message\n"
            "order.yaml:25:17: /components/messages/cancelled/x-sluice: the rules lead in a "
            "circle, so none of "
            "these could ever go: order.placed after order.placed"},
        BadContract{
            "after: order.placed",
            "after: []",
            "order.yaml:25:25: /components/messages/cancelled/x-sluice/after: the list is empty; "
            "name at least "
            "one type"},
        BadContract{
            "after: order.placed",
            "same: /id",
            "order.yaml:25:24: /components/messages/cancelled/x-sluice/same: 'same' narrows "
            "'after', 'after-any' "
            "or 'if-seen', and none of them is here"},
        BadContract{
            "after: order.placed",
            "after: order.placed, same: parcelId",
            "order.yaml:25:45: /components/messages/cancelled/x-sluice/same: 'parcelId' is not a "
            "JSON pointer "
            "such as /parcelId"},
        BadContract{
            "closes: true",
            "closes: 1",
            "order.yaml:25:47: /components/messages/cancelled/x-sluice/closes: 1 is not true or "
            "false"},
        BadContract{
            "closes: true",
            "close: true",
            "order.yaml:25:39: /components/messages/cancelled/x-sluice/close: unknown name; did "
            "you mean "
            "'closes'?; allowed here: after, after-any, if-seen, same, closes, versions"},
        BadContract{
            "type: integer",
            "type: int",
            "order.yaml:22:16: /components/messages/placed/payload: not a JSON Schema of draft 7: "
            "Unrecognised JSON "
            "type name 'int'"},
        BadContract{
            "{type: integer}",
            "{type: integer, minimun: 1}",
            "order.yaml:22:95: /components/messages/placed/payload/properties/total/minimun: "
            "'minimun' is not a keyword "
            "that is checked; did you mean 'minimum'? (docs/reference/contract.md lists them)"},
        BadContract{
            "payload: {type",
            "payload: {schemaFormat: application/vnd.apache.avro, schema: {}}\n      examples: "
            "{type",
            "order.yaml:22:31: /components/messages/placed/payload/schemaFormat: "
            "'application/vnd.apache.avro' describes "
            "JSON, and only JSON Schema is checked; give the message a contentType that is not "
            "JSON"}
    )
);

TEST(LoadContract, TellsAllThatIsWrongAtOnceInTheOrderOfTheFile) {
    std::string text = test::with("policy: wait", "policy: hold");
    text.replace(text.find("crc32"), 5, "md5");
    text.replace(text.find("homes: 8"), 8, "homes: x");
    EXPECT_EQ(
        load_contract_text("order.yaml", text).error().message,
        "order.yaml:4:10: /x-sluice/homes: 'x' is not a whole number from 1 to 4096\n"
        "order.yaml:6:17: /x-sluice/gap/policy: 'hold' is not one of wait, park, skip\n"
        "order.yaml:17:29: /channels/cancelled/x-sluice/partitioner: 'md5' is not one of murmur2, "
        "crc32"
    );
}

TEST(LoadContract, RefusesWhatIsNoContract) {
    EXPECT_EQ(load_contract_text("c", "[]").error().message, "c:1:1: a list is not a mapping");
    EXPECT_EQ(
        load_contract_text("c", "null").error().message, "c:1:1: an AsyncAPI document is due here"
    );
    EXPECT_EQ(
        load_contract_text("c", "{asyncapi: 3.0.0}").error().message,
        "c:1:1: 'channels' is missing\nc:1:1: 'x-sluice' is missing"
    );
    EXPECT_EQ(
        load_contract_text("c", "{asyncapi: 3.0.0, x-sluice: {domain: d, homes: 1}, channels: {}}")
            .error()
            .message,
        "c:1:62: /channels: a domain has at least one channel"
    );
}

}  // namespace
}  // namespace sluice::contract
