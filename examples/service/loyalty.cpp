// A complete service: a point per whole euro ordered, taken back when the order is cancelled.
#include <sluice/instance.hpp>

#include <array>
#include <cstdlib>
#include <iostream>
#include <string>

using sluice::Event;
using sluice::Handled;
using sluice::Sql;

namespace {

Handled placed(const Event& event, Sql& sql) {
    const std::int64_t points = std::stoll(*event.data) / 100;  // the data is the amount, in cents
    sql.execute("INSERT INTO points (order_id, points) VALUES (?, ?)", {event.subject, points});
    return Handled::done();
}

Handled cancelled(const Event& event, Sql& sql) {
    // The order is there: Sluice never hands us a cancellation before it.
    const std::int64_t gone = sql.execute("DELETE FROM points WHERE order_id = ?", {event.subject});
    return gone == 1 ? Handled::done() : Handled::dead("no such order");
}

Event order_event(std::string type, std::string order, int number, std::string data) {
    Event event;
    event.id = order + "." + std::to_string(number);
    event.source = "/orders";
    event.type = std::move(type);
    event.subject = std::move(order);
    event.datacontenttype = "application/json";
    event.extensions["sourcesequence"] = std::to_string(number);
    event.data = std::move(data);
    return event;
}

void require(const sluice::Status& done) {
    if (done) return;
    std::cerr << done.error().message << '\n';
    std::exit(1);
}

}  // namespace

int main(int argc, char** argv) {
    const std::string directory = argc > 1 ? argv[1] : "loyalty-data";
    auto sluice = sluice::Instance::open({.directory = directory}).value();
    require(sluice->add_domain(argc > 2 ? argv[2] : "shop.yaml"));
    sluice::Service loyalty{"loyalty"};
    loyalty.schema("CREATE TABLE IF NOT EXISTS points (order_id TEXT PRIMARY KEY, points INTEGER)")
        .on("order.placed", placed)
        .on("order.cancelled", cancelled);
    require(sluice->add_service("shop", loyalty, directory + "/loyalty.sqlite"));
    require(sluice->start());
    // The topics bring the cancellation of order 17 before the order, and doubled.
    const Event early = order_event("order.cancelled", "17", 2, "0");
    for (const auto& told : sluice->publish(std::array{early, early}))
        require(told ? sluice::ok() : told.error());
    for (const auto& told : sluice->publish(std::array{
             order_event("order.placed", "17", 1, "4200"),
             order_event("order.placed", "18", 1, "1999")}))
        require(told ? sluice::ok() : told.error());
    const bool idle = sluice->wait_until_idle(sluice::Milliseconds{30'000});
    std::cout << (idle ? "all handled" : "not yet") << ", parked: " << sluice->counts().parked_now
              << '\n';
    require(sluice->stop());
}
