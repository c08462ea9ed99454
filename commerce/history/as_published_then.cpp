#include "base/assert.hpp"
#include "commerce/history/order_history.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <string_view>

// Backwards from the newest, in the words of a producer of those days: nothing here knows of casts.
namespace sluice::commerce {

namespace {

using Json = nlohmann::json;

void rename_member(Json& order) {
    order["buyer"] = order.at("member");
    order.erase("member");
    for (Json& unit : order.at("units")) {
        unit["at"] = fmt::format("{}.{}", unit.at("line").dump(), unit.at("unit").dump());
        unit.erase("line");
        unit.erase("unit");
    }
}

void forget_rates(Json& order) {
    for (Json& unit : order.at("units")) unit.erase("tax_bp");
}

void abbreviate_codes(Json& order) {
    for (Json& unit : order.at("units")) {
        const auto code = unit.at("tax_code").get<std::string>();
        unit["tax_code"] = code == "exempt" ? "E" : code == "reduced" ? "R" : "S";
    }
}

void write_shipping_as_text(Json& order, bool in_reais) {
    std::string text;
    for (const Json& one : order.at("shipping")) {
        const auto amount = one.at("amount").get<std::int64_t>();
        text += fmt::format(
            "{}{}={}",
            text.empty() ? "" : ";",
            one.at("seller").get<std::string>(),
            in_reais ? fmt::to_string(static_cast<double>(amount) / 100) : fmt::to_string(amount)
        );
    }
    order["shipping"] = text;
}

void count_in_reais(Json& order) {
    const auto reais = [](Json& amount) { amount = amount.get<double>() / 100; };
    for (const char* name : {"platform_discount", "seller_discount", "due"}) reais(order.at(name));
    for (Json& unit : order.at("units")) {
        for (const char* name :
             {"price", "platform", "seller_share", "net", "vat", "commission", "payable"})
            reais(unit.at(name));
    }
}

}  // namespace

Event as_published_then(Event newest, std::uint32_t version) {
    SLUICE_ASSERT(version >= 1 && version <= kNewestPlaced);
    if (version > 1) newest.dataschema = fmt::format("urn:shop:order.placed:{}", version);
    if (version == kNewestPlaced) return newest;
    Json order = Json::parse(newest.data.value());
    rename_member(order);
    if (version < 5) forget_rates(order);
    if (version < 4) abbreviate_codes(order);
    if (version < 3) write_shipping_as_text(order, version < 2);
    if (version < 2) count_in_reais(order);
    newest.data = order.dump();
    return newest;
}

}  // namespace sluice::commerce
