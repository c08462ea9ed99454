#pragma once

#include <sluice/result.hpp>

#include "contract/problems.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <string>
#include <string_view>

namespace sluice::contract {

/// A YAML 1.2 text (JSON is a part of it), as a tree that knows where each value stands in the
/// file. What YAML leaves open is refused: a name given twice, several documents, tags of one's
/// own, another encoding than UTF-8.
/// Threads:  const after it was made; share it.
/// Failure:  kBadConfig, "order.yaml:3:7: end of map not found"; kNotFound when there is no such
///           file.
/// Limits:   4 MiB, 100 levels, 200,000 values (aliases counted each time).
class Document {
public:
    /// `name` stands in front of every error.
    [[nodiscard]] static Result<Document> parse(std::string name, std::string_view text);

    /// Errors show the path as it was given.
    [[nodiscard]] static Result<Document> read(const std::string& path);

    [[nodiscard]] const std::string& name() const { return name_; }

    [[nodiscard]] const nlohmann::json& root() const { return root_; }

    /// The value at a JSON pointer; null when there is none.
    [[nodiscard]] const nlohmann::json* find(std::string_view pointer) const;

    /// Where the value stands; for one that is not there, where the nearest one above it stands.
    [[nodiscard]] Place place_of(std::string_view pointer) const;

    /// Where its name stands.
    [[nodiscard]] Place place_of_key(std::string_view pointer) const;

    /// "order.yaml:12:5: /x-sluice/gap/policy: <text>".
    [[nodiscard]] std::string line(Place place, std::string_view pointer, std::string_view text)
        const;

private:
    friend class TreeBuilder;

    struct Places {
        Place key;
        Place value;
    };

    explicit Document(std::string name) : name_{std::move(name)} {}

    [[nodiscard]] const Places& places_of(std::string_view pointer) const;

    std::string name_;
    nlohmann::json root_;
    std::map<std::string, Places, std::less<>>
        places_;  ///< by JSON pointer; the root is there always
};

}  // namespace sluice::contract
