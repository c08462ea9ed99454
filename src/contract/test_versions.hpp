#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

/// A small contract whose one type has three versions. Only tests include this.
namespace sluice::contract::test {

/// 1 had a name in one text and its price in whole units, 2 split the name, 3 counts in cents and
/// says the currency, which was never recorded before.
inline constexpr std::string_view kVersioned = R"yaml(asyncapi: 3.0.0
x-sluice:
  domain: order
  homes: 1
  tables:
    currency: {KR: KRW, DE: EUR}
channels:
  placed: {messages: {placed: {$ref: '#/components/messages/placed'}}}
components:
  messages:
    placed:
      name: order.placed
      payload: {$ref: '#/components/schemas/placed3'}
      x-sluice:
        versions:
          1:
            payload: {$ref: '#/components/schemas/placed1'}
            up: '.first = (.name | split(" ")[0] // "") | .last = (.name | split(" ")[1:] | join(" ")) | del(.name)'
            deprecated: until 2027
          2:
            dataschema: https://shop.example/placed/2
            payload: {$ref: '#/components/schemas/placed2'}
            up: >-
              .cents = .price * 100 | del(.price)
              | .currency = ($tables.currency[.country] // error("no currency for \(.country)"))
            down: '.name = .first + " " + .last | del(.first, .last)'
          3:
            dataschema: https://shop.example/placed/3
            down: '.price = (.cents / 100 | floor) | del(.cents, .currency)'
  schemas:
    placed1:
      type: object
      required: [name, price, country]
      additionalProperties: false
      properties:
        name: {type: string}
        price: {type: integer, minimum: 0, maximum: 1000000}
        country: {type: string, maxLength: 3}
    placed2:
      type: object
      required: [first, last, price, country]
      additionalProperties: false
      properties:
        first: {type: string}
        last: {type: string, x-sluice: {personal: true}}
        price: {type: integer, minimum: 0, maximum: 1000000}
        country: {type: string, maxLength: 3}
    placed3:
      type: object
      required: [first, last, cents, country, currency]
      additionalProperties: false
      properties:
        first: {type: string}
        last: {type: string, x-sluice: {personal: true}}
        cents: {type: integer, minimum: 0, maximum: 100000000}
        country: {type: string, maxLength: 3}
        currency: {type: string, minLength: 3, maxLength: 3}
)yaml";

/// That contract with one piece replaced; the piece must be there.
inline std::string versioned_with(std::string_view piece, std::string_view instead) {
    std::string text{kVersioned};
    const std::size_t at = text.find(piece);
    EXPECT_NE(at, std::string::npos) << piece;
    return text.replace(at, piece.size(), instead);
}

}  // namespace sluice::contract::test
