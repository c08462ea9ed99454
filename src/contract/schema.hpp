#pragma once

#include <sluice/result.hpp>

#include "contract/node.hpp"

#include <nlohmann/json.hpp>

#include <memory>
#include <string_view>

namespace sluice::contract {

/// A JSON Schema, compiled once. Draft 7 as valijson 1.0 checks it (docs/reference/contract.md
/// lists the keywords); keywords that it does not check are refused when the contract is loaded.
/// Threads:  const; any number at once.
/// Limits:   payloads nested 512 deep; where `pattern`, `patternProperties` or a `format` of times
/// occur, texts of 4,096 bytes; where `uniqueItems` occurs, lists of 1,000.
class Schema {
public:
    /// From a schema within a document: references are put in place, and what cannot be checked
    /// lies in the problems. Null when there were any.
    [[nodiscard]] static std::shared_ptr<const Schema> load(const Node& node);

    ~Schema();
    Schema(const Schema&) = delete;
    Schema& operator=(const Schema&) = delete;
    Schema(Schema&&) = delete;
    Schema& operator=(Schema&&) = delete;

    /// kInvalidEvent: "data: /lines/0/quantity: <reason>".
    [[nodiscard]] Status validate(std::string_view payload) const;

private:
    struct Impl;
    explicit Schema(std::unique_ptr<const Impl> impl);

    /// From a schema without references. kBadConfig says what is wrong.
    [[nodiscard]] static Result<std::shared_ptr<const Schema>> compile(const nlohmann::json& schema
    );

    std::unique_ptr<const Impl> impl_;
};

}  // namespace sluice::contract
