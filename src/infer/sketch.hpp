#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <string>

namespace sluice::infer {

/// What many JSON values have in common, as a JSON Schema (draft 7) that takes each of them. It
/// holds no value itself: samples are real events, and a draft is passed around.
/// Limits: 32 levels; an object with more than 200 different names is one of many keys, whose
///         members are sketched together.
class Sketch {
public:
    static constexpr int kLevelsMax = 32;
    static constexpr std::size_t kNamesMax = 200;

    void add(const nlohmann::json& value) { add(value, 0); }

    /// How many values there were.
    [[nodiscard]] std::uint64_t count() const { return count_; }

    /// `required` are those members that each object had. Nothing was added: takes anything.
    [[nodiscard]] nlohmann::json schema() const;

private:
    void add(const nlohmann::json& value, int level);
    void add_object(const nlohmann::json& value, int level);
    void add_text(const std::string& text);
    void merge(const Sketch& other);
    [[nodiscard]] nlohmann::json object_schema() const;

    std::uint64_t count_{0};
    std::map<std::string, std::uint64_t, std::less<>> kinds_;  ///< by JSON Schema type
    std::map<std::string, Sketch, std::less<>> members_;
    std::unique_ptr<Sketch> others_;  ///< of an object of many keys; then there are no members
    std::unique_ptr<Sketch> items_;
    std::uint64_t date_times_{0};  ///< of the texts
    std::uint64_t dates_{0};
};

}  // namespace sluice::infer
