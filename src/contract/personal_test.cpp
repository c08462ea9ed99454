#include "contract/load.hpp"
#include "contract/test_contract.hpp"

#include <fmt/format.h>

#include <vector>

namespace sluice::contract {
namespace {

constexpr std::string_view kPayload =
    "payload: {type: object, required: [total], properties: {total: {type: integer}}}";

using Fields = std::vector<std::string>;

Fields fields_of(std::string_view schema) {
    const auto contract =
        load_contract_text("c.yaml", test::with(kPayload, fmt::format("payload: {}", schema)));
    EXPECT_TRUE(contract.has_value()) << contract.error().message;
    return contract ? contract->type("order.placed")->personal : Fields{};
}

std::string schema_refusal(std::string_view schema) {
    const auto contract =
        load_contract_text("c.yaml", test::with(kPayload, fmt::format("payload: {}", schema)));
    return contract ? "accepted" : contract.error().message;
}

TEST(PersonalFields, AreThoseThatTheSchemaMarks) {
    EXPECT_EQ(fields_of("{type: object}"), Fields{});
    EXPECT_EQ(
        fields_of("{properties: {email: {type: string, x-sluice: {personal: true}}, n: {x-sluice: "
                  "{personal: false}}, 'a/b': {x-sluice: {personal: true}}}}"),
        (Fields{"/a~1b", "/email"})
    );
    EXPECT_EQ(
        fields_of("{properties: {customer: {properties: {name: {x-sluice: {personal: true}}}}}}"),
        Fields{"/customer/name"}
    );
}

TEST(PersonalFields, AreFoundInListsAndUnderUnknownNames) {
    EXPECT_EQ(
        fields_of("{properties: {to: {type: array, items: {properties: {phone: {x-sluice: "
                  "{personal: true}}}}}}}"),
        Fields{"/to/*/phone"}
    );
    EXPECT_EQ(
        fields_of("{properties: {pair: {items: [{}, {x-sluice: {personal: true}}]}}}"),
        Fields{"/pair/1"}
    );
    EXPECT_EQ(fields_of("{patternProperties: {'^x': {x-sluice: {personal: true}}}}"), Fields{"/*"});
    EXPECT_EQ(fields_of("{additionalProperties: {x-sluice: {personal: true}}}"), Fields{"/*"});
}

TEST(PersonalFields, AreFoundInEveryPartThatMayHold) {
    EXPECT_EQ(
        fields_of("{allOf: [{properties: {a: {x-sluice: {personal: true}}}}], "
                  "oneOf: [{properties: {b: {x-sluice: {personal: true}}}}], "
                  "if: {}, then: {properties: {c: {x-sluice: {personal: true}}}}, "
                  "dependencies: {a: {properties: {d: {x-sluice: {personal: true}}}}, b: [c]}}"),
        (Fields{"/a", "/b", "/c", "/d"})
    );
}

TEST(PersonalFields, AreFoundThroughReferences) {
    EXPECT_EQ(
        fields_of("{properties: {a: {$ref: '#/components/messages/placed/payload/definitions/p'}}, "
                  "definitions: {p: {type: string, x-sluice: {personal: true}}}}"),
        Fields{"/a"}
    );
}

TEST(PersonalFields, WrongMarksAreRefused) {
    EXPECT_NE(
        schema_refusal("{properties: {a: {x-sluice: {persnal: true}}}}")
            .find("did you mean 'personal'"),
        std::string::npos
    );
    EXPECT_NE(
        schema_refusal("{properties: {a: {x-sluice: {personal: maybe}}}}")
            .find("/a/x-sluice/personal"),
        std::string::npos
    );
    EXPECT_NE(
        schema_refusal("{x-sluice: {personal: true}}")
            .find("the payload as a whole cannot be personal"),
        std::string::npos
    );
}

}  // namespace
}  // namespace sluice::contract
