#pragma once

#include "event/record.hpp"

#include <optional>
#include <string_view>

namespace sluice::event {

/// What a hot path needs of a record in binary mode, in one pass over its headers, without a copy
/// and without touching the value. Nothing is checked: an attribute that is not there is empty. Of
/// a header that comes twice the last one counts.
/// Lifetime: the record outlives it and stays as it is.
class EventView {
public:
    /// Nothing when the record is not in binary mode: `to_binary` makes it so.
    [[nodiscard]] static std::optional<EventView> of(const Record& record) noexcept;

    [[nodiscard]] std::string_view id() const { return id_; }

    [[nodiscard]] std::string_view source() const { return source_; }

    [[nodiscard]] std::string_view type() const { return type_; }

    [[nodiscard]] std::string_view subject() const { return subject_; }

    /// The header `ce_<name>`, whatever attribute or extension it is.
    [[nodiscard]] std::optional<std::string_view> extension(std::string_view name) const noexcept;

    [[nodiscard]] std::optional<std::string_view> data() const noexcept;

    [[nodiscard]] const Record& record() const { return *record_; }

private:
    explicit EventView(const Record& record) : record_{&record} {}

    void take(std::string_view name, std::string_view value) noexcept;

    const Record* record_;
    std::string_view id_;
    std::string_view source_;
    std::string_view type_;
    std::string_view subject_;
    // The extensions that are asked for of each event on its way.
    std::optional<std::string_view> source_sequence_;
    std::optional<std::string_view> depends_on_;
    std::optional<std::string_view> position_;
    std::optional<std::string_view> invalid_;
};

}  // namespace sluice::event
