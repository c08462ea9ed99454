#pragma once

#include "commerce/events/codec.hpp"
#include "commerce/events/payloads.hpp"

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::commerce::test {

/// Payloads that the page allows, with texts and numbers that are hard to write down. For tests.
class RandomPayload {
public:
    explicit RandomPayload(std::uint64_t seed) : random_{seed} {}

    template <class Payload>
    Payload make();

private:
    std::uint64_t below(std::uint64_t n) { return random_() % n; }

    std::int64_t amount() {
        constexpr std::array<std::int64_t, 4> limits{0, 1, kIntegerMax - 1, kIntegerMax};
        return below(3) == 0 ? limits.at(below(limits.size()))
                             : static_cast<std::int64_t>(below(100'000));
    }

    std::string text() {
        constexpr std::array<std::string_view, 9> parts{
            "a", "\"", "\\", "\n", "\x01", "/", "\u00e9", "\u20ac", "\U0001F600"};
        std::string out;
        for (std::uint64_t left = below(8); left > 0; --left) out += parts.at(below(parts.size()));
        return out;
    }

    UtcTime time() { return UtcTime{static_cast<std::int64_t>(below(4'000'000'000))}; }

    std::vector<UnitRef> units(std::uint64_t at_least = 0) {
        std::vector<UnitRef> out;
        UnitRef next{1, 1};
        for (std::uint64_t left = at_least + below(5); left > 0; --left) {
            out.push_back(next);
            next = below(2) == 0 ? UnitRef{next.line, next.unit + 1} : UnitRef{next.line + 1, 1};
        }
        return out;
    }

    std::mt19937_64 random_;
};

template <>
inline OrderPlaced RandomPayload::make() {
    OrderPlaced event{text(), "BRL", text(), amount(), amount(), amount(), {}, {}, amount()};
    for (const UnitRef ref : units()) {
        const std::string seller = "s" + std::to_string(ref.line % 3) + "\"";
        event.units.push_back(
            {ref.line,
             ref.unit,
             seller,
             text(),
             amount(),
             amount(),
             amount(),
             amount(),
             text(),
             amount(),
             amount(),
             amount(),
             amount(),
             amount()}
        );
        bool known = false;
        for (const Shipping& entry : event.shipping) known = known || entry.seller == seller;
        if (!known) event.shipping.push_back({seller, amount()});
    }
    return event;
}

template <>
inline OrderPaid RandomPayload::make() {
    OrderPaid event;
    for (std::uint64_t left = below(4); left > 0; --left)
        event.tenders.push_back({static_cast<std::int64_t>(left), text(), amount()});
    event.card = static_cast<std::int64_t>(below(100'000));
    event.voucher = static_cast<std::int64_t>(below(100'000));
    event.captured = event.card + event.voucher;
    return event;
}

template <>
inline OrderCancelled RandomPayload::make() {
    constexpr std::array<const char*, 3> reasons{"member", "seller", "platform"};
    return {units(), reasons.at(below(3))};
}

template <>
inline OrderReturned RandomPayload::make() {
    const bool wish = below(2) == 0;
    return {units(1), wish ? "wish" : "seller", wish ? amount() : 0, time()};
}

template <>
inline OrderRefunded RandomPayload::make() {
    return {amount(), amount(), 1 + static_cast<std::int64_t>(below(1'000))};
}

template <>
inline DeliveryDispatched RandomPayload::make() {
    return {text(), text(), units()};
}

template <>
inline DeliveryCompleted RandomPayload::make() {
    return {text(), text(), units(), time()};
}

template <>
inline ReviewGiven RandomPayload::make() {
    return {text(), 1 + static_cast<std::int64_t>(below(5)), time()};
}

template <>
inline DayClosed RandomPayload::make() {
    DayClosed event{Day{static_cast<std::int64_t>(below(40'000))}, {}};
    for (std::uint64_t left = below(5); left > 0; --left)
        event.published.push_back({"type" + std::to_string(left) + "\"", amount()});
    return event;
}

}  // namespace sluice::commerce::test
