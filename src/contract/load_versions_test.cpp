#include "contract/load.hpp"
#include "contract/load_source.hpp"
#include "contract/test_versions.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace sluice::contract {
namespace {

std::string problem_of_versions(const std::string& text) {
    const auto loaded = load_contract_text("o.yaml", text);
    return loaded ? "accepted" : loaded.error().message;
}

Contract loaded_versions() {
    auto loaded = load_contract_text("o.yaml", test::kVersioned);
    EXPECT_TRUE(loaded.has_value()) << loaded.error().message;
    return std::move(loaded).value();
}

TEST(LoadVersions, TakesVersionsTheirCastsAndTables) {
    const Contract contract = loaded_versions();
    const MessageType& type = *contract.type("order.placed");
    ASSERT_EQ(type.versions.size(), 3U);
    EXPECT_EQ(type.versions[0].number, 1U);
    EXPECT_EQ(type.versions[0].dataschema, "");
    EXPECT_EQ(type.versions[0].deprecated, "until 2027");
    EXPECT_TRUE(type.versions[0].up.text.starts_with(".first = "));
    EXPECT_EQ(
        type.versions[0].up.place,
        "o.yaml:18:17: /components/messages/placed/x-sluice/versions/1/up"
    );
    EXPECT_TRUE(type.versions[0].down.text.empty());
    EXPECT_EQ(type.versions[1].dataschema, "https://shop.example/placed/2");
    EXPECT_EQ(type.versions[1].personal, std::vector<std::string>{"/last"});
    EXPECT_FALSE(type.versions[2].down.text.empty());
    EXPECT_EQ(type.version(2), &type.versions[1]);
    EXPECT_EQ(type.version(4), nullptr);
    EXPECT_EQ(contract.tables, R"({"currency":{"DE":"EUR","KR":"KRW"}})");
    for (const Version& one : type.versions) {
        EXPECT_FALSE(one.samples.empty()) << one.number;
        for (const std::string& sample : one.samples)
            EXPECT_TRUE(one.schema->validate(sample).has_value()) << sample;
    }
}

TEST(LoadVersions, ATypeWithoutThemHasNone) {
    const std::string text{test::kVersioned};
    const std::size_t at = text.find("      x-sluice:\n        versions");
    const auto loaded =
        load_contract_text("o.yaml", text.substr(0, at) + text.substr(text.find("  schemas:\n")));
    ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
    EXPECT_TRUE(loaded->type("order.placed")->versions.empty());
}

TEST(LoadVersions, AnEventSaysItsVersionByItsDataschema) {
    const Contract contract = loaded_versions();
    const MessageType& type = *contract.type("order.placed");
    EXPECT_EQ(type.version_of(std::nullopt).value()->number, 1U);
    EXPECT_EQ(type.version_of("https://shop.example/placed/3").value()->number, 3U);
    const auto unknown = type.version_of("https://shop.example/placed/4");
    ASSERT_FALSE(unknown.has_value());
    EXPECT_EQ(unknown.error().code, ErrorCode::kInvalidEvent);
    EXPECT_EQ(
        unknown.error().message,
        "dataschema: 'https://shop.example/placed/4' is no version of order.placed; there are: "
        "none, 'https://shop.example/placed/2', 'https://shop.example/placed/3'"
    );
}

TEST(LoadVersions, DataIsHeldAgainstTheSchemaOfItsOwnVersion) {
    const Contract contract = loaded_versions();
    const MessageType& type = *contract.type("order.placed");
    Record record;
    record.value = R"({"name":"Kim Mina","price":12,"country":"KR"})";
    EXPECT_TRUE(validate_data(type, record).has_value());
    record.headers.push_back({"ce_dataschema", "https://shop.example/placed/2"});
    EXPECT_FALSE(validate_data(type, record).has_value()) << "this is no 2";
    record.value = R"({"first":"Kim","last":"Mina","price":12,"country":"KR"})";
    EXPECT_TRUE(validate_data(type, record).has_value());
    record.headers = {{"ce_dataschema", "https://shop.example/placed/9"}};
    EXPECT_TRUE(validate_data(type, record).error().message.starts_with("dataschema: "));
}

TEST(LoadVersions, OfASourceAreTheSame) {
    const auto source = load_source_text("o.yaml", test::kVersioned);
    ASSERT_TRUE(source.has_value()) << source.error().message;
    EXPECT_EQ(source->contract.type("order.placed")->versions.size(), 3U);
    EXPECT_EQ(source->schemas.size(), 1U);
}

struct BadVersions {
    const char* piece;
    const char* instead;
    const char* problem;
};

class BadVersionsTest : public testing::TestWithParam<BadVersions> {};

TEST_P(BadVersionsTest, AreRefusedWithTheirPlace) {
    const auto& [piece, instead, problem] = GetParam();
    EXPECT_EQ(problem_of_versions(test::versioned_with(piece, instead)), problem);
}

constexpr const char* kAt = "/components/messages/placed/x-sluice/versions";

std::string at_versions(const char* place, const std::string& rest) {
    return std::string{"o.yaml:"} + place + ": " + kAt + rest;
}

TEST(LoadVersions, NumbersAreWholeAndHaveNoHoles) {
    EXPECT_EQ(
        problem_of_versions(test::versioned_with("          3:\n", "          4:\n")),
        at_versions("28:13", "/4: version 3 is missing: versions have no holes")
    );
    for (const char* name : {"one", "0", "-1", "1001", "03", "1.5", "99999999999999999999"}) {
        const std::string told = problem_of_versions(
            test::versioned_with("          3:\n", "          '" + std::string{name} + "':\n")
        );
        EXPECT_NE(told.find("is no version: a whole number from 1 to 1000"), std::string::npos)
            << told;
    }
}

INSTANTIATE_TEST_SUITE_P(
    Each,
    BadVersionsTest,
    testing::Values(
        BadVersions{
            "            dataschema: https://shop.example/placed/3\n",
            "            dataschema: https://shop.example/placed/2\n",
            "o.yaml:28:25: /components/messages/placed/x-sluice/versions/3/dataschema: is that of "
            "version 2 already"},
        BadVersions{
            "            dataschema: https://shop.example/placed/3\n",
            "",
            "o.yaml:28:13: /components/messages/placed/x-sluice/versions/3: 'dataschema' is "
            "missing: events without it are of version 1"},
        BadVersions{
            "dataschema: https://shop.example/placed/3",
            "dataschema: 'a b'",
            "o.yaml:28:25: /components/messages/placed/x-sluice/versions/3/dataschema: is no URI: "
            "at least one character, no blanks"},
        BadVersions{
            "            payload: {$ref: '#/components/schemas/placed2'}\n",
            "",
            "o.yaml:21:13: /components/messages/placed/x-sluice/versions/2: 'payload' is missing"},
        BadVersions{
            "            deprecated: until 2027\n",
            "            down: .\n",
            "o.yaml:19:19: /components/messages/placed/x-sluice/versions/1/down: makes the version "
            "before, and this is the oldest"},
        BadVersions{
            "down: '.price = (.cents",
            "up: '.price = (.cents",
            "o.yaml:29:17: /components/messages/placed/x-sluice/versions/3/up: makes the next "
            "version, and this is the newest"},
        BadVersions{
            "            deprecated: until 2027\n",
            "            examples: [{name: a, price: x, country: KR}]\n",
            "o.yaml:19:24: /components/messages/placed/x-sluice/versions/1/examples/0: data: "
            "/price: Value type not permitted by 'type' constraint"},
        BadVersions{
            "            deprecated: until 2027\n",
            "            upp: .\n",
            "o.yaml:19:13: /components/messages/placed/x-sluice/versions/1/upp: unknown name; did "
            "you mean 'up'?; allowed here: dataschema, payload, up, down, deprecated, examples"},
        BadVersions{
            "            down: '.price = (.cents / 100 | floor) | del(.cents, .currency)'\n",
            "            down: ''\n",
            "o.yaml:29:19: /components/messages/placed/x-sluice/versions/3/down: '' is no "
            "program"},
        BadVersions{
            "      payload: {$ref: '#/components/schemas/placed3'}\n",
            "",
            "o.yaml:15:11: /components/messages/placed/x-sluice/versions: versions are of JSON "
            "data: the message needs a payload"},
        BadVersions{
            "    currency: {KR: KRW, DE: EUR}\n",
            "    - KR\n",
            "o.yaml:6:5: /x-sluice/tables: a list is not a mapping"}
    )
);

TEST(LoadVersions, TheNewestHasThePayloadOfTheMessage) {
    const std::string told = problem_of_versions(test::versioned_with(
        "            dataschema: https://shop.example/placed/3\n",
        "            dataschema: https://shop.example/placed/3\n            payload: {}\n"
    ));
    EXPECT_EQ(
        told,
        at_versions(
            "29:22",
            "/3/payload: the newest version's payload is the message's own: "
            "leave it out"
        )
    );
}

}  // namespace
}  // namespace sluice::contract
