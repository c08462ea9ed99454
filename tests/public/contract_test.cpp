#include "public_fixture.hpp"

#include <fstream>

namespace sluice::user {
namespace {

/// The shop's contract with this choice for its only channel.
std::string shop_with(std::string_view choice) {
    std::string contract{kShop};
    const std::string_view place = "  orders:\n";
    contract.insert(
        contract.find(place) + place.size(), "    x-sluice: {" + std::string{choice} + "}\n"
    );
    return contract;
}

class ContractTest : public UserTest {
protected:
    void open_with(std::string_view contract) {
        open(contract);
        Service service{"books"};
        for (const char* type : {"order.placed", "order.cancelled"}) {
            service.on(type, [this](const Event& event, Sql&) {
                seen_.add(event);
                return Handled::done();
            });
        }
        serve(service);
        start();
    }

    /// An order that breaks its schema, and its cancellation.
    Result<Published> publish_broken() {
        Event broken = placed("17", 1);
        broken.data = R"({"total":"much"})";
        auto answer = sluice_->publish(std::span{&broken, 1}).front();
        publish({cancelled("17", 2)});
        settle();
        return answer;
    }

    Seen seen_;
};

TEST_F(ContractTest, EnforcedABrokenEventIsRefusedAndItsSubjectWaitsForIt) {
    open_with(shop_with("validation: enforce"));
    EXPECT_FALSE(publish_broken().has_value());
    EXPECT_EQ(seen_.of("17"), "");
    EXPECT_EQ(sluice_->counts().waiting_now, 1U);
    publish({placed("17", 1)});
    settle();
    EXPECT_EQ(seen_.of("17"), "17.1 17.2") << "mended by its producer";
}

TEST_F(ContractTest, WarnedOfABrokenEventPasses) {
    open_with(shop_with("validation: warn"));
    EXPECT_TRUE(publish_broken().has_value());
    EXPECT_EQ(seen_.of("17"), "17.1 17.2");
    EXPECT_EQ(sluice_->counts().invalid, 0U);
}

TEST_F(ContractTest, OffNobodyLooks) {
    open_with(shop_with("validation: off"));
    EXPECT_TRUE(publish_broken().has_value());
    EXPECT_EQ(seen_.of("17"), "17.1 17.2");
}

TEST_F(ContractTest, RulesOrderEventsWithoutNumbers) {
    std::string contract{kShop};
    const std::string_view message = "{name: order.cancelled, ";
    contract.insert(contract.find(message) + message.size(), "x-sluice: {after: order.placed}, ");
    open_with(contract);
    Event order = placed("17", 1);
    Event cancellation = cancelled("17", 2);
    order.extensions.clear();
    cancellation.extensions.clear();
    publish({cancellation});
    settle();
    EXPECT_EQ(seen_.of("17"), "");
    publish({order});
    settle();
    EXPECT_EQ(seen_.of("17"), "17.1 17.2");
}

TEST_F(ContractTest, AMistakeIsToldWithItsLine) {
    open();
    std::string contract{kShop};
    contract.replace(contract.find("domain: shop"), 12, "domain: other, hommes: 3");
    const Status text = sluice_->add_domain_text(contract, "other.yaml");
    ASSERT_FALSE(text);
    EXPECT_EQ(text.error().code, ErrorCode::kBadConfig);
    EXPECT_TRUE(text.error().message.starts_with(
        "other.yaml:4:27: /x-sluice/hommes: unknown name; did you mean 'homes'?"
    )) << text.error().message;
    const std::string file = directory_ + "/other.yaml";
    std::ofstream{file} << contract;
    EXPECT_TRUE(sluice_->add_domain(file).error().message.starts_with(file + ":4:27: "));
    EXPECT_EQ(sluice_->add_domain(directory_).error().code, ErrorCode::kNotFound);
}

TEST_F(ContractTest, TwoDomainsOfOneNameAreOneTooMany) {
    open();
    const Status again = sluice_->add_domain_text(kShop, "again.yaml");
    ASSERT_FALSE(again);
    EXPECT_NE(again.error().message.find("shop"), std::string::npos) << again.error().message;
}

TEST_F(ContractTest, PartitionsAreFixedWhenTheTopicIsMade) {
    open();
    sluice_.reset();
    std::string contract{kShop};
    contract.replace(contract.find("homes: 2"), 8, "homes: 4");
    auto opened = Instance::open({.directory = directory_ + "/log", .survive_power_cut = false});
    ASSERT_TRUE(opened.has_value()) << opened.error().message;
    const Status grown = (*opened)->add_domain_text(contract, "shop.yaml");
    ASSERT_FALSE(grown);
    EXPECT_EQ(grown.error().code, ErrorCode::kConflict) << grown.error().message;
}

TEST_F(ContractTest, AServicesMistakesAreNamed) {
    open();
    const auto told = [&](const Service& service, const std::string& domain = "shop") {
        const Status added = sluice_->add_service(domain, service, directory_ + "/s.sqlite");
        return added ? "fine" : added.error().message;
    };
    const auto with = [](std::string name) {
        Service service{std::move(name)};
        service.on("order.placed", [](const Event&, Sql&) { return Handled::done(); });
        return service;
    };
    EXPECT_EQ(told(with("Sales!")), "service \"Sales!\": a name is 1 to 64 of a-z, 0-9 and -");
    EXPECT_EQ(told(with("")), "service \"\": a name is 1 to 64 of a-z, 0-9 and -");
    EXPECT_NE(told(with(std::string(65, 's'))), "fine");
    EXPECT_NE(told(with("lost"), "nowhere").find("nowhere"), std::string::npos);
    EXPECT_NE(told(with("broken").schema("create tabel t(a)")).find("broken"), std::string::npos);
    EXPECT_EQ(told(with(std::string(64, 's'))), "fine");
    EXPECT_NE(told(with(std::string(64, 's'))), "fine") << "a second one of that name";
}

}  // namespace
}  // namespace sluice::user
