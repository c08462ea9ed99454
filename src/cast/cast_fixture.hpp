#pragma once

#include "cast/caster.hpp"
#include "contract/load.hpp"
#include "contract/test_versions.hpp"
#include "event/kafka.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// Contracts with versions, and what a caster makes of an event. Only tests include this.
namespace sluice::cast::test {

inline std::shared_ptr<const contract::Contract> loaded(std::string_view text) {
    auto contract = contract::load_contract_text("o.yaml", text);
    EXPECT_TRUE(contract.has_value()) << contract.error().message;
    return std::make_shared<const contract::Contract>(std::move(contract).value());
}

inline std::shared_ptr<const contract::Contract> loaded() {
    return loaded(contract::test::kVersioned);
}

inline project::JqPrograms::Options jq_child() {
    project::JqPrograms::Options options;
    options.worker = {SLUICE_JQ_CHILD};
    options.event_timeout = std::chrono::milliseconds{30'000};
    options.start_timeout = std::chrono::milliseconds{60'000};
    return options;
}

/// An event of the type, of the version that this attribute says; empty: without it.
inline Record record_of(
    std::string data, std::string dataschema = "", std::string type = "order.placed"
) {
    Event event;
    event.id = "1";
    event.source = "/orders";
    event.type = std::move(type);
    event.subject = "A-1";
    event.datacontenttype = "application/json";
    if (!dataschema.empty()) event.dataschema = std::move(dataschema);
    event.data = std::move(data);
    return event::to_record(event, event.subject);
}

inline std::string uri(int version) {
    return version == 1 ? "" : "https://shop.example/placed/" + std::to_string(version);
}

/// "<dataschema or -> <data>" after the cast; "=" when the record stays, "!" and why when it
/// failed.
inline std::string cast_text(Caster& caster, const Record& record) {
    const Record* one = &record;
    const auto casts = caster.cast(std::span{&one, 1});
    if (!casts) return "!!" + casts.error().message;
    const Caster::Cast& cast = casts.value().front();
    EXPECT_EQ(caster.changes(record), cast.record.has_value() || cast.failure.has_value());
    if (cast.failure) return "!" + cast.failure->message;
    if (!cast.record) return "=";
    const std::string schema{cast.record->header("ce_dataschema").value_or("-")};
    return schema + " " + nlohmann::json::parse(*cast.record->value).dump();  // names in order
}

}  // namespace sluice::cast::test
