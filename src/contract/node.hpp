#pragma once

#include <sluice/time.hpp>

#include "contract/document.hpp"
#include "contract/problems.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::contract {

/// Whether names that begin with "x-" are left alone (specification extensions, as AsyncAPI has
/// them).
enum class Extensions : std::uint8_t { kRefused, kAllowed };

/// A value of a document, as its reader sees it: asks for what it needs, gets it or the default,
/// and whatever is wrong lies in the Problems, with its place. References ("$ref", within the
/// document) are followed on the way, so that a Node is never one.
/// Threads:  one.
/// Lifetime: document and problems outlive it.
class Node {
public:
    [[nodiscard]] static Node root_of(const Document& document, Problems& problems);

    /// Whether there is something, and it is not null.
    [[nodiscard]] bool present() const { return value_ != nullptr && !value_->is_null(); }

    /// Absent because a reference leads nowhere, which has been told already.
    [[nodiscard]] bool lost() const { return lost_; }

    /// The JSON pointer of the value itself, behind all references.
    [[nodiscard]] const std::string& pointer() const { return pointer_; }

    [[nodiscard]] const Document& document() const { return *document_; }

    /// Null when there is none.
    [[nodiscard]] const nlohmann::json* json() const { return value_; }

    void problem(std::string_view text) const;

    // ---- mappings and lists ----

    /// A mapping with no other names than these; the nearest one is named. Absent is fine.
    void only(
        std::initializer_list<std::string_view> names, Extensions extensions = Extensions::kRefused
    ) const;

    /// A member, maybe absent.
    [[nodiscard]] Node at(std::string_view name) const;

    /// As `at`; a problem when it is absent.
    [[nodiscard]] Node required(std::string_view name) const;

    /// In the order of the names; a problem when it is no mapping.
    [[nodiscard]] std::vector<std::pair<std::string, Node>> members() const;

    /// A problem when it is no list.
    [[nodiscard]] std::vector<Node> items() const;

    /// A list, or the one value that stands for a list of one.
    [[nodiscard]] std::vector<Node> one_or_more() const;

    // ---- values; absent gives the default ----

    [[nodiscard]] std::optional<std::string> text() const;
    [[nodiscard]] std::optional<bool> flag() const;
    [[nodiscard]] std::optional<std::uint64_t> count(std::uint64_t least, std::uint64_t most) const;
    [[nodiscard]] std::optional<double> real(double least, double most) const;
    [[nodiscard]] std::optional<Milliseconds> duration(Milliseconds least, Milliseconds most) const;
    [[nodiscard]] std::optional<std::uint64_t> size(std::uint64_t least, std::uint64_t most) const;

    template <class Enum>
    using Choices = std::initializer_list<std::pair<std::string_view, Enum>>;

    template <class Enum>
    [[nodiscard]] std::optional<Enum> choice(Choices<Enum> choices) const {
        const auto written = text();
        if (!written.has_value()) return std::nullopt;
        std::string names;
        for (const auto& [name, value] : choices) {
            if (name == *written) return value;
            names += fmt::format("{}{}", names.empty() ? "" : ", ", name);
        }
        refuse_choice(*written, names);
        return std::nullopt;
    }

private:
    Node(const Document& document, Problems& problems, std::string pointer)
        : document_{&document},
          problems_{&problems},
          pointer_{std::move(pointer)} {}

    [[nodiscard]] static Node followed(Node node, const nlohmann::json* value);
    [[nodiscard]] std::optional<std::string> target_of(const nlohmann::json& value) const;
    void refuse_choice(const std::string& written, const std::string& names) const;
    void wrong_kind(std::string_view wanted) const;
    [[nodiscard]] std::string shown() const;

    const Document* document_;
    Problems* problems_;
    std::string pointer_;
    const nlohmann::json* value_{nullptr};
    bool lost_{false};
};

/// The JSON pointer that a local reference ("#/components/…") means; nothing for any other.
[[nodiscard]] std::optional<std::string> local_reference(std::string_view reference);

}  // namespace sluice::contract
