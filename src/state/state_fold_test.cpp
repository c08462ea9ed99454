// The reducer of a contract at work, in a real process where it is a program.

#include "state/state_fold.hpp"

#include "contract/load.hpp"
#include "contract/test_versions.hpp"
#include "event/kafka.hpp"
#include "sequence/ordered.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace sluice::state {
namespace {

using ContractPtr = std::shared_ptr<const contract::Contract>;

ContractPtr contract_with(const std::string& reducer, std::string_view more = "") {
    const std::string text =
        "asyncapi: 3.0.0\nx-sluice:\n  domain: shop\n  homes: 1\n  reducer: " + reducer + "\n" +
        std::string{more} + R"(channels:
  all:
    address: all
    messages: {placed: {$ref: '#/components/messages/placed'}}
components:
  messages:
    placed: {name: placed}
)";
    auto loaded = contract::load_contract_text("o.yaml", text);
    EXPECT_TRUE(loaded) << loaded.error().message;
    return std::make_shared<const contract::Contract>(std::move(loaded).value());
}

project::JqPrograms::Options jq_options() {
    project::JqPrograms::Options options;
    options.worker = {SLUICE_JQ_CHILD};
    options.event_timeout = std::chrono::milliseconds{30'000};
    options.start_timeout = std::chrono::milliseconds{60'000};
    return options;
}

Record event_of(std::optional<std::string> data, const std::string& type = "placed") {
    Event event;
    event.id = "e-1";
    event.source = "/orders";
    event.type = type;
    event.subject = "17";
    event.datacontenttype = "application/json";
    event.extensions["subjectposition"] = "3";
    event.data = std::move(data);
    return event::to_record(event, event.subject);
}

/// The state, "=" when it stays, or "!" and why.
std::string folded_text(StateFold& fold, const std::string& state, const Record& record) {
    const std::vector<Next> all{{state, &record}};
    const auto answers = fold.fold(all);
    EXPECT_TRUE(answers) << answers.error().message;
    const Folded& one = answers.value().front();
    if (!one) return "!" + one.error().message;
    return one.value() ? *one.value() : "=";
}

StateFold opened(const ContractPtr& contract) {
    auto fold = StateFold::open(contract, jq_options());
    EXPECT_TRUE(fold) << fold.error().message;
    return std::move(fold).value();
}

TEST(StateFold, PatchesTheStateWithTheData) {
    StateFold fold = opened(contract_with("merge-patch"));
    EXPECT_EQ(folded_text(fold, "null", event_of(R"({"a":1.10})")), R"({"a":1.10})");
    EXPECT_EQ(folded_text(fold, R"({"a":1,"b":2})", event_of(R"({"a":null})")), R"({"b":2})");
}

TEST(StateFold, RunsAProgramOfStateAndEvent) {
    StateFold fold = opened(contract_with(
        R"({jq: '.state + {(.event.type): .event.data.a, at: .event.subjectposition}'})"
    ));
    EXPECT_EQ(
        folded_text(fold, R"({"x":0})", event_of(R"({"a":[1]})")),
        R"({"x":0,"placed":[1],"at":"3"})"
    );
    EXPECT_EQ(folded_text(fold, "null", event_of(" {\"a\":\n7} \n")), R"({"placed":7,"at":"3"})")
        << "blanks around the data are no bytes of it";
}

TEST(StateFold, AProgramLooksUpTables) {
    StateFold fold = opened(
        contract_with(R"({jq: '$tables.rate[.event.data.c]'})", "  tables: {rate: {KRW: 7}}\n")
    );
    EXPECT_EQ(folded_text(fold, "null", event_of(R"({"c":"KRW"})")), "7");
}

TEST(StateFold, WhatCannotBeFoldedIsToldAndOthersGoOn) {
    StateFold fold =
        opened(contract_with(R"({jq: 'if .event.data.a == 1 then error("no line 1") else 5 end'})")
        );
    const Record good = event_of(R"({"a":2})");
    const Record bad = event_of(R"({"a":1})");
    const Record torn = event_of(R"({"a")");
    const std::vector<Next> all{{"null", &good}, {"null", &bad}, {"null", &torn}, {"null", &good}};
    const auto answers = fold.fold(all);
    ASSERT_TRUE(answers);
    EXPECT_EQ(answers.value()[0].value(), "5");
    EXPECT_EQ(answers.value()[1].error().message, "reducer: no line 1");
    EXPECT_TRUE(answers.value()[2].error().message.starts_with("data: "));
    EXPECT_EQ(answers.value()[3].value(), "5");
}

TEST(StateFold, GapsAndEventsWithoutDataChangeNothing) {
    StateFold fold = opened(contract_with("merge-patch"));
    EXPECT_EQ(folded_text(fold, "1", event_of(R"({"wanted":"x"})", "sluice.gap")), "=");
    EXPECT_EQ(folded_text(fold, "1", event_of(std::nullopt)), "=");
}

TEST(StateFold, WhatBreaksItsContractOrIsNoJsonIsNotFolded) {
    StateFold fold = opened(contract_with("merge-patch"));
    const Record broken =
        event::with_header(event_of(R"({"a":1})"), "ce_subjectinvalid", "data: /a: too small");
    EXPECT_EQ(
        folded_text(fold, "1", broken), "!the event breaks its contract: data: /a: too small"
    );
    const Record text = event::with_header(event_of("hello"), "content-type", "text/plain");
    EXPECT_EQ(
        folded_text(fold, "1", text),
        "!data: content type 'text/plain', and only JSON can be folded"
    );
}

TEST(StateFold, SeesTheNewestVersion) {
    std::string text{contract::test::kVersioned};
    text.insert(text.find("  homes:"), "  reducer: merge-patch\n");
    const auto contract = std::make_shared<const contract::Contract>(
        contract::load_contract_text("o.yaml", text).value()
    );
    StateFold fold = opened(contract);
    Record old = event_of(R"({"name":"Kim Mina","price":12,"country":"KR"})", "order.placed");
    const std::string made = folded_text(fold, "null", old);
    EXPECT_NE(made.find(R"("last":"Mina")"), std::string::npos) << made;
    EXPECT_EQ(made.find(R"("name")"), std::string::npos) << made;
    const Record unknown = event_of("5", "order.placed");
    EXPECT_EQ(folded_text(fold, "null", unknown).front(), '!');
}

TEST(StateFold, AWrongProgramIsNamedWithItsPlace) {
    const auto fold = StateFold::open(contract_with("{jq: '.state +'}"), jq_options());
    ASSERT_FALSE(fold);
    EXPECT_EQ(fold.error().code, ErrorCode::kBadConfig);
    EXPECT_TRUE(fold.error().message.starts_with("o.yaml:5:17: /x-sluice/reducer/jq: "))
        << fold.error().message;
}

TEST(StateFold, WithoutAProcessNothingIsFolded) {
    auto options = jq_options();
    options.worker = {"/no/such/program"};
    const auto fold = StateFold::open(contract_with("{jq: .}"), options);
    ASSERT_FALSE(fold);
    EXPECT_EQ(fold.error().code, ErrorCode::kUnavailable);
}

TEST(Fingerprint, IsOfWhatMakesTheStates) {
    const std::uint64_t patch = fingerprint_of(*contract_with("merge-patch"));
    EXPECT_EQ(patch, fingerprint_of(*contract_with("merge-patch")));
    EXPECT_NE(patch, fingerprint_of(*contract_with("{jq: .}")));
    EXPECT_NE(
        fingerprint_of(*contract_with("{jq: .}")), fingerprint_of(*contract_with("{jq: .state}"))
    );
    EXPECT_NE(patch, fingerprint_of(*contract_with("merge-patch", "  tables: {a: 1}\n")));
}

}  // namespace
}  // namespace sluice::state
