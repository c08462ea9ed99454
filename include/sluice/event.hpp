#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace sluice {

/// A CloudEvents 1.0 event. Attributes are text; `data` is bytes that nobody parses unasked.
/// Source: CloudEvents specification 1.0.2, "Context Attributes".
struct Event {
    std::string id;      ///< with `source` unique
    std::string source;  ///< URI reference of who says so
    std::string type;
    std::string subject;                         ///< what it happened to; empty: absent
    std::optional<std::string> time;             ///< RFC 3339, as it was written
    std::optional<std::string> datacontenttype;  ///< e.g. "application/json"
    std::optional<std::string> dataschema;
    std::map<std::string, std::string, std::less<>> extensions;
    std::optional<std::string> data;

    bool operator==(const Event&) const = default;

    /// The extension's value, or nothing.
    [[nodiscard]] std::optional<std::string_view> extension(std::string_view name) const {
        auto found = extensions.find(name);
        if (found == extensions.end()) return std::nullopt;
        return std::string_view{found->second};
    }
};

/// Extensions of Sluice (docs/reference/extensions.md).
namespace extension {
inline constexpr std::string_view kSourceSequence =
    "sourcesequence";                                        ///< 1, 2, 3 … per source and subject
inline constexpr std::string_view kDependsOn = "dependson";  ///< "/orders 3 /payments 1"
inline constexpr std::string_view kSubjectPosition =
    "subjectposition";  ///< 1, 2, 3 … in the ordered topic
inline constexpr std::string_view kSubjectInvalid =
    "subjectinvalid";  ///< why the event breaks its contract
inline constexpr std::string_view kSubjectLate =
    "subjectlate";  ///< "true": released after its place
}  // namespace extension

}  // namespace sluice
