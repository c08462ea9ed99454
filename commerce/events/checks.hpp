#pragma once

#include "commerce/events/json_text.hpp"
#include "commerce/events/payloads.hpp"

/// What docs/commerce/events.md asks of a payload beyond the kinds of its fields, as far as
/// consumers stand on it. Each answers whether it holds, and fails the reader with the field's name
/// if not.
namespace sluice::commerce {

bool check(JsonReader& in, const OrderPlaced& event);
bool check(JsonReader& in, const OrderPaid& event);
bool check(JsonReader& in, const OrderCancelled& event);
bool check(JsonReader& in, const OrderReturned& event);
bool check(JsonReader& in, const OrderRefunded& event);
bool check(JsonReader& in, const DeliveryDispatched& event);
bool check(JsonReader& in, const DeliveryCompleted& event);
bool check(JsonReader& in, const ReviewGiven& event);
bool check(JsonReader& in, const DayClosed& event);

}  // namespace sluice::commerce
