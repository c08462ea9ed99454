#pragma once

#include "contract/load_source.hpp"

#include <gtest/gtest.h>

#include <string_view>

/// A contract that says all that a guide can show. Only tests include this.
namespace sluice::guide::test {

inline constexpr std::string_view kTold = R"(asyncapi: 3.0.0
info: {title: Shop, version: 2.1.0, description: 'Orders & <more>', x-description: {ko: 주문}}
x-sluice: {domain: order, homes: 8, sources: [/orders]}
channels:
  placed:
    address: order.placed
    messages: {placed: {$ref: '#/components/messages/placed'}}
    bindings: {kafka: {partitions: 12}}
  all:
    address: order.all
    messages:
      placed: {$ref: '#/components/messages/placed'}
      cancelled: {$ref: '#/components/messages/cancelled'}
      odd: {name: 'order/cancelled', payload: {type: object}}
      other: {name: 'order-cancelled'}
operations:
  place:
    action: send
    title: Checkout
    summary: when the buyer has paid
    channel: {$ref: '#/channels/all'}
    messages: [{$ref: '#/channels/all/messages/placed'}]
  anything: {action: send, channel: {$ref: '#/channels/placed'}}
  read: {action: receive, channel: {$ref: '#/channels/all'}}
components:
  messages:
    placed:
      name: order.placed
      summary: An order | was placed
      x-description: {ko: 주문이 접수됨}
      x-version: 3
      examples: [{payload: {total: 12000, email: a@b.c}}]
      payload:
        type: object
        required: [total]
        properties:
          total: {type: integer, minimum: 1, description: What is paid, x-unit: KRW, examples: [12000]}
          email: {type: string, x-sluice: {personal: true}}
    cancelled:
      name: order.cancelled
      x-deprecated: until 2027, then order.refunded
      payload: {type: object, properties: {reason: {type: string, enum: [buyer, seller]}}}
      x-sluice: {after: order.placed, if-seen: order/cancelled, closes: true}
)";

inline contract::ContractSource told() {
    auto source = contract::load_source_text("shop.yaml", kTold);
    EXPECT_TRUE(source.has_value()) << (source ? "" : source.error().message);
    return std::move(source).value();
}

}  // namespace sluice::guide::test
