#include "daemon/operations/state_cuts.hpp"

#include "contract/load.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sluice::daemon {
namespace {

contract::Contract contract_with_names(const std::string& reducer) {
    auto loaded = contract::load_contract_text(
        "c.yaml", "asyncapi: 3.0.0\nx-sluice: {domain: d, homes: 1, reducer: " + reducer + R"(}
channels:
  a: {messages: {placed: {$ref: '#/components/messages/placed'}}}
components:
  messages:
    placed:
      payload:
        properties:
          to: {items: {properties: {phone: {x-sluice: {personal: true}}}}}
)"
    );
    EXPECT_TRUE(loaded.has_value()) << loaded.error().message;
    return std::move(loaded).value();
}

ShapeConfig keeping_field(const std::string& path, bool personal) {
    ShapeConfig shape;
    shape.keep = {project::FieldPath::parse(path).value()};
    shape.personal = personal;
    return shape;
}

class StateCutsTest : public testing::Test {
protected:
    StateCutsTest() {
        cuts_.add("d", "books", keeping_field("/paid", false));
        cuts_.add("d", "letters", keeping_field("/to", true));
        cuts_.add("other", "elsewhere", {});
    }

    std::string cut(std::string_view projection, std::string state = kState) {
        const auto made = cuts_.cut(contract_, projection, std::move(state));
        return made ? made.value() : "!" + made.error().message;
    }

    static constexpr const char* kState = R"({"to":[{"phone":"1","city":"Ulm"}],"paid":1.10})";

    contract::Contract contract_ = contract_with_names("merge-patch");
    StateCuts cuts_;
};

TEST_F(StateCutsTest, PersonalFieldsNeverLeaveUnasked) {
    EXPECT_EQ(cut(""), R"({"to":[{"city":"Ulm"}],"paid":1.10})");
}

TEST_F(StateCutsTest, AProjectionIsWhatItsSubscriptionHas) {
    EXPECT_EQ(cut("books"), R"({"paid":1.10})");
    EXPECT_EQ(cut("letters"), R"({"to":[{"phone":"1","city":"Ulm"}]})");
}

TEST_F(StateCutsTest, AnUnknownOneIsNamedWithWhatThereIs) {
    EXPECT_EQ(
        cut("book"),
        "!projection: domain d has no subscription 'book'; did you mean 'books'?; there are: "
        "books, letters"
    );
    EXPECT_EQ(cut("elsewhere").front(), '!');
}

TEST_F(StateCutsTest, WhatHasNoFieldsStaysWhole) {
    EXPECT_EQ(cut("", "null"), "null");
    EXPECT_EQ(cut("books", "17"), "17");
}

TEST_F(StateCutsTest, OfAProgramItsAuthorSaysWhatIsPersonal) {
    contract_ = contract_with_names("{jq: ., personal: [/who]}");
    EXPECT_EQ(cut("", R"({"who":"Kim","to":[{"phone":"1"}]})"), R"({"to":[{"phone":"1"}]})");
}

TEST_F(StateCutsTest, WithoutAProcessForItsProgramItIsUnavailable) {
    ShapeConfig shape;
    shape.jq = ".paid";
    project::JqPrograms::Options options;
    options.worker = {"/no/such/program"};
    StateCuts cuts{options};
    cuts.add("d", "total", shape);
    EXPECT_EQ(cuts.cut(contract_, "total", kState).error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace sluice::daemon
