#pragma once

#include "event/kafka.hpp"
#include "event/view.hpp"
#include "project/cesql.hpp"

#include <optional>
#include <string_view>

namespace sluice::project {

/// The attributes of a record in binary mode, all of them texts, as Kafka's headers carry them.
/// Lifetime: the view's record outlives it.
class RecordAttributes final : public Attributes {
public:
    explicit RecordAttributes(const event::EventView& event) : event_{event} {}

    [[nodiscard]] std::optional<cesql::Value> find(std::string_view name) const override {
        if (const auto text = this->text(name)) return cesql::Value{*text};
        return std::nullopt;
    }

    [[nodiscard]] std::optional<std::string_view> text(std::string_view name) const {
        if (name == "datacontenttype") return event_.record().header(event::kContentType);
        return event_.extension(name);
    }

private:
    const event::EventView& event_;
};

}  // namespace sluice::project
