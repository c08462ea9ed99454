#include "daemon/config/setup.hpp"

#include "daemon/operations/daemon_fixture.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

namespace sluice::daemon {
namespace {

class SetupTest : public testing::Test {
protected:
    [[nodiscard]] std::string refusal() const {
        const auto setup = load_setup(directory.config());
        if (setup) return "accepted";
        EXPECT_EQ(setup.error().code, ErrorCode::kBadConfig);
        return setup.error().message;
    }

    static void expect_words(
        const std::string& text, std::initializer_list<std::string_view> words
    ) {
        for (const std::string_view word : words) {
            EXPECT_NE(text.find(word), std::string::npos) << word << " in " << text;
        }
    }

    test::ShopDirectory directory;
};

TEST_F(SetupTest, LoadsWithItsContracts) {
    const auto setup = load_setup(directory.config());
    ASSERT_TRUE(setup) << setup.error().message;
    EXPECT_EQ(setup.value().config.data, directory.path("data"));
    ASSERT_EQ(setup.value().contracts.size(), 1U);
    EXPECT_EQ(setup.value().contracts[0].contract->domain, "shop");
    EXPECT_EQ(setup.value().contracts[0].text, test::kShopContract);
}

TEST_F(SetupTest, AMissingFileIsNamed) {
    const auto setup = load_setup(directory.path("nowhere.yaml"));
    ASSERT_FALSE(setup);
    EXPECT_EQ(setup.error().code, ErrorCode::kBadConfig);
    expect_words(setup.error().message, {"nowhere.yaml", "-c names another"});
}

TEST_F(SetupTest, EveryContractIsReadBeforeItEnds) {
    directory.write("sluice.yaml", "contracts: [gone.yaml, shop.yaml, broken.yaml]");
    directory.write("broken.yaml", "asyncapi: 1.0.0");
    expect_words(
        refusal(),
        {"sluice.yaml: /contracts: ", "gone.yaml: No such file or directory\n", "broken.yaml:1:"}
    );
}

TEST_F(SetupTest, ADirectoryIsNoContract) {
    directory.write("sluice.yaml", "contracts: [.]");
    expect_words(refusal(), {"sluice.yaml: /contracts: ", "Is a directory"});
}

TEST_F(SetupTest, ADomainIsThereOnce) {
    directory.write("sluice.yaml", "contracts: [shop.yaml, again.yaml]");
    directory.write("again.yaml", test::kShopContract);
    EXPECT_EQ(
        refusal(),
        fmt::format(
            "{}: /contracts: {}: another contract has the domain 'shop'",
            directory.config(),
            directory.path("again.yaml")
        )
    );
}

TEST_F(SetupTest, ASubscriptionIsOfADomainThatIsThere) {
    directory.write(
        "sluice.yaml",
        "contracts: [shop.yaml]\nsubscriptions: [{name: a, domain: shpo, file: a.jsonl}]"
    );
    expect_words(refusal(), {"sluice.yaml: /subscriptions: a:", "'shpo'", "did you mean 'shop'"});
}

TEST_F(SetupTest, ASubscriptionWantsTypesThatAreThere) {
    directory.write(
        "sluice.yaml",
        "contracts: [shop.yaml]\n"
        "subscriptions: [{name: a, domain: shop, types: [order.plcaed, sluice.gap, sluice.void], "
        "file: "
        "a.jsonl}]"
    );
    const std::string text = refusal();
    expect_words(text, {"'order.plcaed'", "did you mean 'order.placed'"});
    for (const char* ours : {"'sluice.gap'", "'sluice.void'"}) {
        EXPECT_EQ(text.find(ours), std::string::npos) << text;
    }
}

TEST_F(SetupTest, ASubscriptionWritesToNoTopicOfADomain) {
    const auto with_topic = [&](const std::string& topic) {
        directory.write(
            "sluice.yaml",
            "contracts: [shop.yaml]\nsubscriptions:\n  - name: team\n    domain: shop\n    topic: "
            "{name: " +
                topic + "}\n"
        );
        return refusal();
    };
    for (const char* own :
         {"shop.ordered", "shop.repartition", "shop.aside", "shop.commands", "shop.audit"}) {
        expect_words(with_topic(own), {own, "one of domain shop's own"});
    }
    expect_words(with_topic("order.placed"), {"order.placed", "a channel of domain shop"});
    EXPECT_EQ(with_topic("team.orders"), "accepted");
}

}  // namespace
}  // namespace sluice::daemon
