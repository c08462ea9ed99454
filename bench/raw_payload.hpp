#pragma once

#include <memory>
#include <string>
#include <string_view>

/// What libraries alone take for the same: the floor beside which Sluice's own is measured.
namespace sluice::bench {

/// nlohmann::json: parse, go to /customer/tier, compare.
[[nodiscard]] bool raw_field_is(const std::string& data, std::string_view tier);

/// nlohmann::json: parse, copy /total and each /lines/*/sku, write.
[[nodiscard]] std::string raw_keep(const std::string& data);

/// nlohmann::json: parse, erase /customer/name, write.
[[nodiscard]] std::string raw_drop(const std::string& data);

/// valijson, on what nlohmann::json has parsed.
class RawValidator {
public:
    explicit RawValidator(std::string_view schema);
    ~RawValidator();
    RawValidator(const RawValidator&) = delete;
    RawValidator& operator=(const RawValidator&) = delete;

    [[nodiscard]] bool validate(const std::string& data) const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace sluice::bench
