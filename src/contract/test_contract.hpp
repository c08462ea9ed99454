#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

/// A small contract that is right, for tests to spoil. Only tests include this.
namespace sluice::contract::test {

inline constexpr std::string_view kGood = R"(asyncapi: 3.0.0
x-sluice:
  domain: order
  homes: 8
  sources: [/orders, /deliveries]
  gap: {policy: wait, wait: 30s}
  closing: {retain: 7d}
  forget: {after: 400d}
channels:
  placed:
    address: order.placed
    messages: {placed: {$ref: '#/components/messages/placed'}}
    bindings: {kafka: {partitions: 12}}
  cancelled:
    address: order.cancelled
    messages: {cancelled: {$ref: '#/components/messages/cancelled'}}
    x-sluice: {partitioner: crc32, validation: warn, others: foreign}
components:
  messages:
    placed:
      name: order.placed
      payload: {type: object, required: [total], properties: {total: {type: integer}}}
    cancelled:
      name: order.cancelled
      x-sluice: {after: order.placed, closes: true}
)";

/// The good contract with one piece replaced; the piece must be there.
inline std::string with(std::string_view piece, std::string_view instead) {
    std::string text{kGood};
    const std::size_t at = text.find(piece);
    EXPECT_NE(at, std::string::npos) << piece;
    return text.replace(at, piece.size(), instead);
}

}  // namespace sluice::contract::test
