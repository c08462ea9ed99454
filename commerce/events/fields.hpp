#pragma once

#include "commerce/events/payloads.hpp"

#include <string_view>
#include <tuple>

/// Which fields each payload has, in the order of its JSON; read and written by codec.cpp.
namespace sluice::commerce {

template <class Object, class Value>
struct Field {
    std::string_view name;
    Value Object::*member;
};

template <class Object, class Value>
Field(std::string_view, Value Object::*) -> Field<Object, Value>;

template <class Object>
struct Fields;

template <>
struct Fields<Shipping> {
    static constexpr auto kList =
        std::tuple{Field{"seller", &Shipping::seller}, Field{"amount", &Shipping::amount}};
};

template <>
struct Fields<PlacedUnit> {
    static constexpr auto kList = std::tuple{
        Field{"line", &PlacedUnit::line},
        Field{"unit", &PlacedUnit::unit},
        Field{"seller", &PlacedUnit::seller},
        Field{"product", &PlacedUnit::product},
        Field{"price", &PlacedUnit::price},
        Field{"platform", &PlacedUnit::platform},
        Field{"seller_share", &PlacedUnit::seller_share},
        Field{"net", &PlacedUnit::net},
        Field{"tax_code", &PlacedUnit::tax_code},
        Field{"tax_bp", &PlacedUnit::tax_bp},
        Field{"vat", &PlacedUnit::vat},
        Field{"commission_bp", &PlacedUnit::commission_bp},
        Field{"commission", &PlacedUnit::commission},
        Field{"payable", &PlacedUnit::payable}};
};

template <>
struct Fields<OrderPlaced> {
    static constexpr auto kList = std::tuple{
        Field{"member", &OrderPlaced::member},
        Field{"currency", &OrderPlaced::currency},
        Field{"coupon", &OrderPlaced::coupon},
        Field{"points_used", &OrderPlaced::points_used},
        Field{"platform_discount", &OrderPlaced::platform_discount},
        Field{"seller_discount", &OrderPlaced::seller_discount},
        Field{"shipping", &OrderPlaced::shipping},
        Field{"units", &OrderPlaced::units},
        Field{"due", &OrderPlaced::due}};
};

template <>
struct Fields<Tender> {
    static constexpr auto kList = std::tuple{
        Field{"number", &Tender::number},
        Field{"type", &Tender::type},
        Field{"amount", &Tender::amount}};
};

template <>
struct Fields<OrderPaid> {
    static constexpr auto kList = std::tuple{
        Field{"tenders", &OrderPaid::tenders},
        Field{"card", &OrderPaid::card},
        Field{"voucher", &OrderPaid::voucher},
        Field{"captured", &OrderPaid::captured}};
};

template <>
struct Fields<OrderCancelled> {
    static constexpr auto kList = std::tuple{
        Field{"units", &OrderCancelled::units}, Field{"reason", &OrderCancelled::reason}};
};

template <>
struct Fields<OrderReturned> {
    static constexpr auto kList = std::tuple{
        Field{"units", &OrderReturned::units},
        Field{"fault", &OrderReturned::fault},
        Field{"fee", &OrderReturned::fee},
        Field{"happened", &OrderReturned::happened}};
};

template <>
struct Fields<OrderRefunded> {
    static constexpr auto kList = std::tuple{
        Field{"of", &OrderRefunded::of},
        Field{"card", &OrderRefunded::card},
        Field{"voucher", &OrderRefunded::voucher}};
};

template <>
struct Fields<DeliveryDispatched> {
    static constexpr auto kList = std::tuple{
        Field{"parcel", &DeliveryDispatched::parcel},
        Field{"seller", &DeliveryDispatched::seller},
        Field{"units", &DeliveryDispatched::units}};
};

template <>
struct Fields<DeliveryCompleted> {
    static constexpr auto kList = std::tuple{
        Field{"parcel", &DeliveryCompleted::parcel},
        Field{"seller", &DeliveryCompleted::seller},
        Field{"units", &DeliveryCompleted::units},
        Field{"happened", &DeliveryCompleted::happened}};
};

template <>
struct Fields<ReviewGiven> {
    static constexpr auto kList = std::tuple{
        Field{"review", &ReviewGiven::review},
        Field{"score", &ReviewGiven::score},
        Field{"created", &ReviewGiven::created}};
};

template <>
struct Fields<DayClosed> {
    static constexpr auto kList =
        std::tuple{Field{"day", &DayClosed::day}, Field{"published", &DayClosed::published}};
};

}  // namespace sluice::commerce
