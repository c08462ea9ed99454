#pragma once

#include <sluice/event.hpp>
#include <sluice/result.hpp>
#include <sluice/service.hpp>

#include "commerce/events/codec.hpp"
#include "commerce/money/days.hpp"

#include <cstdint>
#include <string>
#include <utility>

namespace sluice::commerce {

/// What a handler needs of an event beside its payload.
struct Envelope {
    std::string order;  ///< the subject; of the calendar "calendar"
    std::string id;
    std::string type;
    UtcTime time;
    std::int64_t sequence{};         ///< `sourcesequence`; 0 for reviews, which have none
    std::int64_t orders_seen{};      ///< N of the stamp "/orders N", else 0
    std::int64_t deliveries_seen{};  ///< M of the stamp "/deliveries M", else 0
};

/// Failure: kInvalidEvent naming the attribute.
[[nodiscard]] Result<Envelope> read_envelope(const Event& event);

/// A service's handler from a function `Handled (const Envelope&, const Payload&, Sql&)`. An event
/// that cannot be read is dead, with what is wrong as the reason.
template <class Payload, class Function>
[[nodiscard]] Handler handler(Function function) {
    return [function = std::move(function)](const Event& event, Sql& sql) -> Handled {
        const auto envelope = read_envelope(event);
        if (!envelope.has_value()) return Handled::dead(envelope.error().message);
        const auto payload = decode<Payload>(event.data ? std::string_view{*event.data} : "");
        if (!payload.has_value()) return Handled::dead(payload.error().at("data").message);
        return function(envelope.value(), payload.value(), sql);
    };
}

}  // namespace sluice::commerce
