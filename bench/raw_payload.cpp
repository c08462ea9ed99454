// Without it valijson ends the process on a schema that it cannot read.
#define VALIJSON_USE_EXCEPTIONS 1  // NOLINT(readability-identifier-naming): the name is valijson's

#include "bench/raw_payload.hpp"

#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

namespace sluice::bench {

using nlohmann::json;

bool raw_field_is(const std::string& data, std::string_view tier) {
    return json::parse(data)["customer"]["tier"] == tier;
}

std::string raw_keep(const std::string& data) {
    const json all = json::parse(data);
    json kept{{"total", all["total"]}, {"lines", json::array()}};
    for (const json& line : all["lines"]) kept["lines"].push_back({{"sku", line["sku"]}});
    return kept.dump();
}

std::string raw_drop(const std::string& data) {
    json all = json::parse(data);
    all["customer"].erase("name");
    return all.dump();
}

struct RawValidator::Impl {
    valijson::Schema schema;
};

RawValidator::RawValidator(std::string_view schema) : impl_{std::make_unique<Impl>()} {
    const json text = json::parse(schema);
    valijson::SchemaParser{}.populateSchema(
        valijson::adapters::NlohmannJsonAdapter{text}, impl_->schema
    );
}

RawValidator::~RawValidator() = default;

bool RawValidator::validate(const std::string& data) const {
    const json value = json::parse(data);
    valijson::Validator validator;
    return validator.validate(
        impl_->schema, valijson::adapters::NlohmannJsonAdapter{value}, nullptr
    );
}

}  // namespace sluice::bench
