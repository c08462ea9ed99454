#include "http/router.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>

namespace sluice::http {
namespace {

Handler says(const std::string& word) {
    return [word](const Request& request) {
        return Response{200, "text/plain", word + " " + request.path};
    };
}

class RouterTest : public testing::Test {
protected:
    RouterTest() {
        router_.add("GET", "/v1/topics", says("list"));
        router_.add("GET", "/v1/topics/", says("one"));
        router_.add("POST", "/v1/events", says("publish"));
        router_.add("GET", "/v1/both", says("get"));
        router_.add("POST", "/v1/both", says("post"));
    }

    [[nodiscard]] Response ask(const std::string& method, const std::string& path) const {
        return router_.answer({method, path, {}, {}, {}});
    }

private:
    Router router_;
};

TEST_F(RouterTest, AnExactPathAndAPrefixAreDifferentResources) {
    EXPECT_EQ(ask("GET", "/v1/topics").body, "list /v1/topics");
    EXPECT_EQ(ask("GET", "/v1/topics/").body, "one /v1/topics/");
    EXPECT_EQ(ask("GET", "/v1/topics/a/b").body, "one /v1/topics/a/b");
}

TEST_F(RouterTest, AMethodChoosesAmongThoseOfAPath) {
    EXPECT_EQ(ask("GET", "/v1/both").body, "get /v1/both");
    EXPECT_EQ(ask("POST", "/v1/both").body, "post /v1/both");
    EXPECT_EQ(ask("HEAD", "/v1/both").body, "get /v1/both");
}

TEST_F(RouterTest, AnUnknownPathIsAProblem) {
    for (const char* path : {"", "/", "/v1", "/v1/topicsx", "/v1/events/", "/V1/topics"}) {
        const Response missing = ask("GET", path);
        EXPECT_EQ(missing.status, 404) << path;
        EXPECT_EQ(missing.content_type, "application/problem+json");
        EXPECT_EQ(error_of(missing).message, std::string{"no such resource: "} + path);
    }
}

TEST_F(RouterTest, AnotherMethodIsRefusedWithThoseThatAreTaken) {
    struct Case {
        const char* method;
        const char* path;
        const char* allowed;
    };

    for (const Case& one : {
             Case{"POST", "/v1/topics", "GET, HEAD, OPTIONS"},
             Case{"DELETE", "/v1/topics/a", "GET, HEAD, OPTIONS"},
             Case{"GET", "/v1/events", "OPTIONS, POST"},
             Case{"HEAD", "/v1/events", "OPTIONS, POST"},
             Case{"PUT", "/v1/both", "GET, HEAD, OPTIONS, POST"},
             Case{"get", "/v1/both", "GET, HEAD, OPTIONS, POST"},
         }) {
        const Response refused = ask(one.method, one.path);
        EXPECT_EQ(refused.status, 405) << one.path;
        EXPECT_EQ(refused.headers.at("Allow"), one.allowed) << one.path;
        const auto body = nlohmann::json::parse(refused.body);
        EXPECT_EQ(body["status"], 405);
        EXPECT_EQ(body["title"], "Method Not Allowed");
        EXPECT_EQ(
            body["detail"],
            fmt::format("{} takes no {}; it takes: {}", one.path, one.method, one.allowed)
        );
    }
}

TEST_F(RouterTest, OptionsSayWhatAResourceTakes) {
    const Response options = ask("OPTIONS", "/v1/events");
    EXPECT_EQ(options.status, 204);
    EXPECT_EQ(options.body, "");
    EXPECT_EQ(options.headers.at("Allow"), "OPTIONS, POST");
    EXPECT_EQ(ask("OPTIONS", "/v2").status, 404);
}

}  // namespace
}  // namespace sluice::http
