#include "guide/guide.hpp"

#include "contract/test_versions.hpp"
#include "guide/flow.hpp"
#include "guide/guide_fixture.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <regex>
#include <string>
#include <vector>

namespace sluice::guide {
namespace {

std::map<std::string, std::string> site(const std::vector<Subscriber>& subscribers = {}) {
    std::map<std::string, std::string> files;
    for (File& one : make_guide(test::told(), subscribers)) {
        EXPECT_TRUE(files.emplace(one.path, std::move(one.bytes)).second) << one.path << " twice";
    }
    return files;
}

bool has(const std::string& text, std::string_view piece) {
    return text.find(piece) != std::string::npos;
}

TEST(Guide, HasAPageForEachEventInEachLanguage) {
    const auto files = site();
    for (const std::string language : {"en", "ko"}) {
        for (const std::string page :
             {"index",
              "events/order.placed",
              "events/order.cancelled",
              "events/order-cancelled",
              "events/order-cancelled-2"}) {
            EXPECT_EQ(files.count(language + "/" + page + ".md"), 1U) << page;
            EXPECT_EQ(files.count(language + "/" + page + ".html"), 1U) << page;
        }
    }
    EXPECT_EQ(files.size(), 2U * 2U * 5U + 4U);
}

TEST(Guide, LinksLeadToItsOwnPages) {
    const auto files = site();
    const std::regex html_link{"(?:href|src)=\"([^\"]+)\""};
    const std::regex markdown_link{R"(\]\(([^) ]+\.(?:md|svg))\))"};
    std::size_t links = 0;
    for (const auto& [path, bytes] : files) {
        const bool html = path.ends_with(".html");
        if (!html && !path.ends_with(".md")) continue;
        const std::regex& link = html ? html_link : markdown_link;
        for (std::sregex_iterator it{bytes.begin(), bytes.end(), link};
             it != std::sregex_iterator{};
             ++it) {
            const auto target =
                (std::filesystem::path{path}.parent_path() / (*it)[1].str()).lexically_normal();
            EXPECT_EQ(files.count(target.string()), 1U) << path << " leads to " << target;
            ++links;
        }
    }
    EXPECT_GT(links, 40U);
}

TEST(Guide, SaysWhatAConsumerMustKnow) {
    const auto files = site();
    const std::string& page = files.at("en/events/order.placed.md");
    for (const std::string_view piece :
         {"An order \\| was placed",
          "**Published by**: Checkout",
          "**When**: when the buyer has paid",
          "topic `order.placed`, 12 partitions",
          "**Version**: 3",
          "comes after all smaller numbers of its source (`/orders`)",
          "waits for no other type",
          "| `/total` | `integer` | yes | What is paid | KRW | `≥ 1` | `12000` |",
          "personal data: only for subscriptions that are granted it",
          "\"total\": 12000",
          "No subscription is known.",
          "Publish with curl",
          "Listen with Java (Spring)"}) {
        EXPECT_TRUE(has(page, piece)) << piece << "\nin\n" << page;
    }
    const std::string& later = files.at("en/events/order.cancelled.md");
    for (const std::string_view piece :
         {"comes after `order.placed`.",
          "comes after `order/cancelled`, if that is known to be coming",
          "Closes its subject",
          "**Deprecated**: until 2027, then order.refunded",
          "buyer \\| seller",
          "Made from the schema"}) {
        EXPECT_TRUE(has(later, piece)) << piece << "\nin\n" << later;
    }
    EXPECT_TRUE(has(files.at("en/events/order-cancelled.md"), "has no schema"));
}

TEST(Guide, SpeaksKorean) {
    const auto files = site();
    EXPECT_TRUE(has(files.at("ko/index.md"), "# order 이벤트\n\n주문\n"));
    EXPECT_TRUE(has(files.at("ko/index.html"), "<html lang=\"ko\">"));
    const std::string& page = files.at("ko/events/order.placed.md");
    EXPECT_TRUE(has(page, "주문이 접수됨")) << page;
    EXPECT_TRUE(has(page, "개인정보: 권한을 받은 구독에만 전달됩니다"));
    EXPECT_TRUE(has(page, "What is paid")) << "what is not translated is shown as it is";
}

TEST(Guide, ShowsWhoSubscribesAndWhatTheyGet) {
    const auto files = site(
        {{"audit", {}, "", {}, "", true},
         {"review",
          {"order.placed"},
          R"([{"exact":{"source":"/orders"}}])",
          {"/total"},
          ".total",
          false},
         {"thin", {"order.placed"}, "", {}, "", false},
         {"gone", {"order.cancelled"}, "", {}, "", false}}
    );
    const std::string& page = files.at("en/events/order.placed.md");
    EXPECT_TRUE(has(page, "| `audit` |  | everything |")) << page;
    EXPECT_TRUE(
        has(page, R"(| `review` | `[{"exact":{"source":"/orders"}}]` | `/total`; jq `.total` |)")
    ) << page;
    EXPECT_TRUE(has(page, "| `thin` |  | everything but personal data |")) << page;
    EXPECT_FALSE(has(page, "`gone`"));
    EXPECT_TRUE(has(files.at("en/index.md"), "`audit`, `review`, `thin`"));
}

TEST(Guide, ShowsTextsOfTheContractAndDoesNotRunThem) {
    const auto files = site({{"<script>alert(1)</script>", {}, "<img src=x>", {}, "", false}});
    for (const auto& [path, bytes] : files) {
        if (path.ends_with(".md")) continue;
        EXPECT_FALSE(has(bytes, "<script")) << path;
        EXPECT_FALSE(has(bytes, "<img src=x")) << path;
    }
    EXPECT_TRUE(has(files.at("en/index.html"), "Orders &amp; &lt;more&gt;"));
}

TEST(Flow, ShowsTopicsAndSubscribersAndCountsTheRest) {
    std::vector<Subscriber> many;
    for (int i = 0; i < 50; ++i) many.push_back({fmt::format("s{}", i), {}, "", {}, "", false});
    const std::string picture = flow_picture(test::told().contract, many);
    EXPECT_TRUE(has(picture, ">order.all<"));
    EXPECT_TRUE(has(picture, ">sluice: order.ordered<"));
    EXPECT_TRUE(has(picture, ">s39<"));
    EXPECT_FALSE(has(picture, ">s40<"));
    EXPECT_TRUE(has(picture, ">+ 10<"));
}

TEST(Guide, ShowsVersionsAndWhoAsksForThem) {
    const auto source = contract::load_source_text("o.yaml", contract::test::kVersioned);
    ASSERT_TRUE(source.has_value()) << source.error().message;
    Subscriber accounts{"accounts", {}, {}, {}, {}, false, {{"order.placed", 3}}};
    Subscriber archive{"archive", {}, {}, {}, {}, false, {}};
    Subscriber elsewhere{"else", {"order.paid"}, {}, {}, {}, false, {{"order.placed", 1}}};
    std::map<std::string, std::string> files;
    for (File& one : make_guide(source.value(), std::vector{accounts, archive, elsewhere}))
        files.emplace(one.path, std::move(one.bytes));
    const std::string& page = files.at("en/events/order.placed.md");
    EXPECT_TRUE(has(page, "## Versions")) << page;
    EXPECT_TRUE(has(page, "| 1 | none | 2 |")) << page;
    EXPECT_TRUE(has(page, "until 2027")) << page;
    EXPECT_TRUE(has(page, "| 2 | `https://shop.example/placed/2` | 1, 3 |")) << page;
    EXPECT_TRUE(has(page, "| 3 | `https://shop.example/placed/3` | 2 | `accounts` |")) << page;
    EXPECT_TRUE(has(page, "Take whatever version comes: `archive`.")) << page;
    EXPECT_FALSE(has(page, "`else`")) << "it does not want the type";
    EXPECT_TRUE(has(files.at("ko/events/order.placed.md"), "## 버전"));
    EXPECT_FALSE(has(site().at("en/events/order.placed.md"), "## Versions")) << "it has none";
}

}  // namespace
}  // namespace sluice::guide
