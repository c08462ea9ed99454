#include "contract/contract.hpp"

#include "contract/load.hpp"
#include "contract/test_contract.hpp"
#include "event/kafka.hpp"

#include <gtest/gtest.h>

namespace sluice::contract {
namespace {

std::string verdict(
    const MessageType& type,
    std::optional<std::string> content_type,
    std::optional<std::string> data
) {
    Event event;
    event.datacontenttype = std::move(content_type);
    event.data = std::move(data);
    const Status status = validate_data(type, event::to_record(event, std::nullopt));
    return status.has_value() ? "fine" : status.error().message;
}

TEST(ValidateData, ChecksTheDataOfARecord) {
    const Contract contract = load_contract_text("order.yaml", test::kGood).value();
    const MessageType& placed = *contract.type("order.placed");
    EXPECT_EQ(verdict(placed, "application/json", R"({"total":5})"), "fine");
    EXPECT_EQ(verdict(placed, std::nullopt, R"({"total":5})"), "fine");
    EXPECT_EQ(
        verdict(placed, "application/json", R"({"total":"5"})"),
        "data: /total: Value type not permitted by 'type' constraint"
    );
    EXPECT_EQ(
        verdict(placed, "text/plain", R"({"total":5})"),
        "data: content type 'text/plain', and order.placed has a JSON Schema"
    );
    EXPECT_EQ(
        verdict(placed, "application/json", std::nullopt),
        "data: none, and order.placed has a JSON Schema"
    );
}

TEST(ValidateData, ATypeWithoutASchemaTakesAny) {
    const Contract contract = load_contract_text("order.yaml", test::kGood).value();
    EXPECT_EQ(verdict(*contract.type("order.cancelled"), "image/png", "\xFF"), "fine");
    EXPECT_EQ(verdict(*contract.type("order.cancelled"), std::nullopt, std::nullopt), "fine");
}

TEST(Contract, CopiesShareTheirSchemas) {
    const Contract contract = load_contract_text("order.yaml", test::kGood).value();
    const Contract copy =
        contract;  // NOLINT(performance-unnecessary-copy-initialization): the point
    EXPECT_EQ(copy.type("order.placed")->schema, contract.type("order.placed")->schema);
}

}  // namespace
}  // namespace sluice::contract
