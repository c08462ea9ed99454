#include "contract/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <optional>
#include <regex>
#include <vector>

// Without it valijson ends the process on a schema that it cannot read.
#define VALIJSON_USE_EXCEPTIONS 1  // NOLINT(readability-identifier-naming): the name is valijson's
#include "contract/json_pointer.hpp"
#include "contract/schema_source.hpp"
#include "event/json_cursor.hpp"
#include "event/limits.hpp"
#include "event/text.hpp"

#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

namespace sluice::contract {

namespace {

using Json = nlohmann::json;
using Adapter = valijson::adapters::NlohmannJsonAdapter;

/// std::regex recurses once per letter: beyond this a long text could end the process.
constexpr std::size_t kMatchedTextMax = 4'096;
/// `uniqueItems` compares each with each: beyond this a long list could stop all others for
/// minutes.
constexpr std::size_t kComparedItemsMax = 1'000;
constexpr std::size_t kDepthMax = event::EventLimits{}.json_depth_max;

/// What a schema does to data that costs more than a look at it, so that the data is bounded first.
struct Costs {
    bool matches_texts{false};  ///< formats are patterns by now
    bool compares_items{false};
};

Status check_pattern(const std::string& pattern) {
    try {
        static_cast<void>(std::regex{pattern});
        return ok();
    } catch (const std::regex_error& error) {
        return Error{
            ErrorCode::kBadConfig,
            fmt::format("the pattern {} cannot be read: {}", event::shown(pattern), error.what())};
    }
}

/// What this keyword costs; a pattern that cannot be read is refused.
Status add_costs(const std::string& keyword, const Json& value, Costs& costs) {
    if (keyword == "uniqueItems" && value == true) costs.compares_items = true;
    if (keyword == "pattern" && value.is_string()) {
        costs.matches_texts = true;
        return check_pattern(value.get<std::string>());
    }
    if (keyword != "patternProperties" || !value.is_object()) return ok();
    for (const auto& [pattern, unused] : value.items()) {
        costs.matches_texts = true;
        if (Status s = check_pattern(pattern); !s) return s;
    }
    return ok();
}

Result<Costs> costs_of(const Json& schema) {
    Costs costs;
    std::vector<const Json*> todo{&schema};
    while (!todo.empty()) {
        const Json& value = *todo.back();
        todo.pop_back();
        if (!value.is_structured()) continue;
        for (const auto& [name, member] : value.items()) {
            todo.push_back(&member);
            if (!value.is_object()) continue;
            if (Status s = add_costs(name, member, costs); !s) return s.error();
        }
    }
    return costs;
}

/// valijson's context is "<root>", "[name]", "[0]".
std::string pointer_of(const std::vector<std::string>& context) {
    std::string pointer;
    for (std::size_t at = 1; at < context.size(); ++at) {
        std::string_view token = context[at];
        if (token.starts_with('[') && token.ends_with(']'))
            token = token.substr(1, token.size() - 2);
        pointer += fmt::format("/{}", escaped_token(token));
    }
    return pointer;
}

Error invalid(const std::string& pointer, std::string_view why) {
    return Error{
        ErrorCode::kInvalidEvent,
        pointer.empty() ? fmt::format("data: {}", why) : fmt::format("data: {}: {}", pointer, why)};
}

/// The first text or name that is too long to be matched, or list that is too long to be compared.
Status refuse_costly(const Json& value, const std::string& pointer, const Costs& costs) {
    const auto too_long = [&](std::string_view text) {
        return costs.matches_texts && text.size() > kMatchedTextMax;
    };
    const auto long_text = [&] {
        return invalid(
            pointer,
            fmt::format(
                "a text of more than {} bytes, under a schema with patterns or times",
                kMatchedTextMax
            )
        );
    };
    if (value.is_string() && too_long(value.get_ref<const std::string&>())) return long_text();
    if (costs.compares_items && value.is_array() && value.size() > kComparedItemsMax) {
        return invalid(
            pointer,
            fmt::format(
                "a list of more than {} items, under a schema with `uniqueItems`", kComparedItemsMax
            )
        );
    }
    if (!value.is_structured()) return ok();
    for (const auto& [name, member] : value.items()) {
        if (too_long(name)) return long_text();
        const std::string place = fmt::format("{}/{}", pointer, escaped_token(name));
        if (Status s = refuse_costly(member, place, costs); !s) return s;
    }
    return ok();
}

/// The deepest complaint is the one that helps; those above it only repeat it.
Error explain(const valijson::ValidationResults& results) {
    const auto deepest =
        std::max_element(results.begin(), results.end(), [](const auto& a, const auto& b) {
            return a.context.size() < b.context.size();
        });
    if (deepest == results.end())
        return invalid("", "refused by `false` or `propertyNames`, which say no more");
    std::string why = deepest->description;
    if (why.ends_with('.')) why.pop_back();
    return invalid(pointer_of(deepest->context), why);
}

}  // namespace

struct Schema::Impl {
    valijson::Schema compiled;
    Costs costs;
};

Schema::Schema(std::unique_ptr<const Impl> impl) : impl_{std::move(impl)} {}

Schema::~Schema() = default;

Result<std::shared_ptr<const Schema>> Schema::compile(const Json& schema) {
    auto impl = std::make_unique<Impl>();
    const Result<Costs> costs = costs_of(schema);
    if (!costs.has_value()) return costs.error();
    impl->costs = *costs;
    try {
        valijson::SchemaParser parser{valijson::SchemaParser::kDraft7};
        parser.populateSchema(Adapter{schema}, impl->compiled);
    } catch (const std::exception& error) {
        return Error{
            ErrorCode::kBadConfig, fmt::format("not a JSON Schema of draft 7: {}", error.what())};
    }
    return std::shared_ptr<const Schema>{new Schema{std::move(impl)}};
}

std::shared_ptr<const Schema> Schema::load(const Node& node) {
    const auto source = schema_source(node);
    if (!source.has_value()) return nullptr;
    auto schema = compile(*source);
    if (schema.has_value()) return *schema;
    node.problem(schema.error().message);
    return nullptr;
}

Status Schema::validate(std::string_view payload) const {
    event::JsonCursor cursor{payload, kDepthMax};
    static_cast<void>(cursor.raw());
    cursor.end();
    if (!cursor.ok()) return invalid("", fmt::format("not JSON: {}", cursor.failure()->message));
    const Json value = Json::parse(payload.begin(), payload.end(), nullptr, false);
    if (value.is_discarded()) return invalid("", "a number beyond what a double holds");
    if (impl_->costs.matches_texts || impl_->costs.compares_items) {
        if (Status s = refuse_costly(value, "", impl_->costs); !s) return s;
    }
    // A validator keeps the regular expressions that it has met: one for each thread.
    thread_local valijson::Validator validator;
    const Adapter target{value};
    if (validator.validate(impl_->compiled, target, nullptr)) return ok();
    valijson::ValidationResults results;
    static_cast<void>(validator.validate(impl_->compiled, target, &results));
    return explain(results);
}

}  // namespace sluice::contract
