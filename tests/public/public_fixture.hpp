#pragma once

#include <sluice/instance.hpp>

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What a user of the library writes around it. Nothing here but <sluice/...> and std.
namespace sluice::user {

inline constexpr std::string_view kShop = R"(
asyncapi: 3.1.0
info: {title: A shop, version: 1.0.0}
x-sluice: {domain: shop, homes: 2, sources: [/orders]}
channels:
  orders:
    messages:
      placed: {$ref: '#/components/messages/placed'}
      cancelled: {$ref: '#/components/messages/cancelled'}
      asked: {name: shop.asked}
components:
  messages:
    placed:
      name: order.placed
      payload: {type: object, required: [total], properties: {total: {type: integer}}}
    cancelled: {name: order.cancelled, payload: {type: object}}
)";

inline Event order_event(std::string type, std::string order, int number, std::string data = "{}") {
    Event event;
    event.id = order + "." + std::to_string(number);
    event.source = "/orders";
    event.type = std::move(type);
    event.subject = std::move(order);
    event.datacontenttype = "application/json";
    event.extensions[std::string{extension::kSourceSequence}] = std::to_string(number);
    event.data = std::move(data);
    return event;
}

inline Event placed(std::string order, int number) {
    return order_event("order.placed", std::move(order), number, R"({"total":4200})");
}

inline Event cancelled(std::string order, int number) {
    return order_event("order.cancelled", std::move(order), number);
}

/// What handlers saw, in order, by subject.
class Seen {
public:
    void add(const Event& event) {
        const std::lock_guard lock{mutex_};
        ids_[event.subject] += (ids_[event.subject].empty() ? "" : " ") + event.id;
    }

    [[nodiscard]] std::string of(const std::string& subject) {
        const std::lock_guard lock{mutex_};
        return ids_[subject];
    }

private:
    std::mutex mutex_;
    std::map<std::string, std::string> ids_;
};

class UserTest : public testing::Test {
protected:
    UserTest() {
        std::string pattern = (std::filesystem::temp_directory_path() / "sluice-XXXXXX").string();
        EXPECT_NE(::mkdtemp(pattern.data()), nullptr);
        directory_ = pattern;
    }

    ~UserTest() override {
        sluice_.reset();
        std::error_code ignored;
        std::filesystem::remove_all(directory_, ignored);
    }

    void open(std::string_view contract = kShop) {
        auto opened =
            Instance::open({.directory = directory_ + "/log", .survive_power_cut = false});
        ASSERT_TRUE(opened.has_value()) << opened.error().message;
        sluice_ = std::move(opened).value();
        const Status domain = sluice_->add_domain_text(contract, "shop.yaml");
        ASSERT_TRUE(domain) << domain.error().message;
    }

    void serve(const Service& service) {
        const Status added =
            sluice_->add_service("shop", service, directory_ + "/" + service.name() + ".sqlite");
        ASSERT_TRUE(added) << added.error().message;
    }

    void start() {
        const Status started = sluice_->start();
        ASSERT_TRUE(started) << started.error().message;
    }

    void publish(const std::vector<Event>& events) {
        for (const auto& answer : sluice_->publish(events)) {
            ASSERT_TRUE(answer) << answer.error().message;
        }
    }

    void settle() { ASSERT_TRUE(sluice_->wait_until_idle(Milliseconds{60'000})); }

    std::string directory_;
    std::unique_ptr<Instance> sluice_;
};

}  // namespace sluice::user
