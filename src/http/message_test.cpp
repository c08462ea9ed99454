#include "http/message.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace sluice::http {
namespace {

using nlohmann::json;

struct Mapped {
    ErrorCode code;
    int status;
    const char* title;
};

/// The table of docs/reference/api.md.
const std::vector<Mapped> kMapped{
    {ErrorCode::kInvalidArgument, 400, "Bad Request"},
    {ErrorCode::kInvalidEvent, 400, "Bad Request"},
    {ErrorCode::kNotFound, 404, "Not Found"},
    {ErrorCode::kAlreadyExists, 409, "Conflict"},
    {ErrorCode::kConflict, 409, "Conflict"},
    {ErrorCode::kTooLarge, 413, "Content Too Large"},
    {ErrorCode::kCorrupt, 500, "Internal Server Error"},
    {ErrorCode::kIo, 500, "Internal Server Error"},
    {ErrorCode::kBadConfig, 500, "Internal Server Error"},
    {ErrorCode::kUnsupported, 501, "Not Implemented"},
    {ErrorCode::kUnavailable, 503, "Service Unavailable"},
    {ErrorCode::kFenced, 503, "Service Unavailable"},
    {ErrorCode::kCancelled, 503, "Service Unavailable"},
    {ErrorCode::kFull, 507, "Insufficient Storage"},
};

TEST(Problem, HasTheStatusTitleAndCodeOfItsError) {
    for (const Mapped& one : kMapped) {
        const Error error{one.code, "what, where, what to do"};
        const Response response = problem(error);
        SCOPED_TRACE(to_string(one.code));
        EXPECT_EQ(response.status, one.status);
        EXPECT_EQ(response.content_type, "application/problem+json");
        const json expected{
            {"type", "about:blank"},
            {"title", one.title},
            {"status", one.status},
            {"detail", error.message},
            {"code", to_string(one.code)}};
        EXPECT_EQ(json::parse(response.body), expected);
        EXPECT_EQ(error_of(response), error);
    }
}

TEST(Problem, AnotherStatusIsTheOneInTheBodyToo) {
    const Response response = problem({ErrorCode::kUnsupported, "no such type"}, 415);
    EXPECT_EQ(response.status, 415);
    EXPECT_EQ(json::parse(response.body)["status"], 415);
    EXPECT_EQ(json::parse(response.body)["title"], "Unsupported Media Type");
    EXPECT_EQ(error_of(response).code, ErrorCode::kUnsupported);
}

TEST(Problem, WhatMayBeTriedAgainSaysWhen) {
    for (const Mapped& one : kMapped) {
        EXPECT_EQ(problem({one.code, ""}).headers.contains("Retry-After"), one.status == 503);
    }
    EXPECT_EQ(problem({ErrorCode::kUnavailable, ""}, 429).headers.at("Retry-After"), "1");
}

TEST(Problem, IsJsonWhateverBytesTheErrorHas) {
    for (const std::string detail :
         {"", "bad \xFF byte", "a \"quoted\" word", "line\nbreak", "\xE5\xAD\x97"}) {
        const json body = json::parse(problem({ErrorCode::kIo, detail}).body, nullptr, false);
        ASSERT_TRUE(body.is_object()) << detail;
        if (detail.find('\xFF') == std::string::npos) {
            EXPECT_EQ(body["detail"], detail);
        }
    }
}

TEST(ErrorOf, AForeignAnswerIsToldByItsStatus) {
    struct Case {
        int status;
        ErrorCode code;
    };

    for (const Case& one : std::vector<Case>{
             {400, ErrorCode::kInvalidArgument},
             {401, ErrorCode::kInvalidArgument},
             {404, ErrorCode::kNotFound},
             {405, ErrorCode::kInvalidArgument},
             {408, ErrorCode::kUnavailable},
             {409, ErrorCode::kConflict},
             {410, ErrorCode::kNotFound},
             {413, ErrorCode::kTooLarge},
             {414, ErrorCode::kTooLarge},
             {415, ErrorCode::kUnsupported},
             {429, ErrorCode::kUnavailable},
             {431, ErrorCode::kTooLarge},
             {499, ErrorCode::kInvalidArgument},
             {500, ErrorCode::kUnavailable},
             {501, ErrorCode::kUnsupported},
             {502, ErrorCode::kUnavailable},
             {503, ErrorCode::kUnavailable},
             {507, ErrorCode::kFull},
         }) {
        const Error error = error_of({one.status, "text/html", "<h1>No</h1>"});
        EXPECT_EQ(error.code, one.code) << one.status;
        EXPECT_EQ(error.message, fmt::format("the daemon answered {}: <h1>No</h1>", one.status));
    }
}

TEST(ErrorOf, TakesTheWordsOfAForeignProblem) {
    const Error detailed =
        error_of({409, "application/problem+json", R"({"title":"Conflict","detail":"it is taken"})"}
        );
    EXPECT_EQ(detailed, (Error{ErrorCode::kConflict, "it is taken"}));
    const Error titled = error_of({413, "application/problem+json", R"({"title":"Too large"})"});
    EXPECT_EQ(titled, (Error{ErrorCode::kTooLarge, "Too large"}));
    const Error unknown =
        error_of({400, "application/problem+json", R"({"code":"out-of-cheese","detail":"melted"})"}
        );
    EXPECT_EQ(unknown, (Error{ErrorCode::kInvalidArgument, "melted"}));
}

TEST(ErrorOf, SurvivesABodyOfAnyShape) {
    for (const char* body :
         {"", "{", "[]", "7", "null", "{}", R"({"code":7,"detail":[1],"title":null})"}) {
        const Error error = error_of({503, "application/problem+json", body});
        EXPECT_EQ(error.code, ErrorCode::kUnavailable) << body;
        EXPECT_NE(error.message.find("the daemon answered 503"), std::string::npos) << body;
    }
    const Error cut = error_of({500, "text/plain", std::string(1'000'000, 'x')});
    EXPECT_LT(cut.message.size(), 300U);
}

TEST(Request, AParameterThatIsNotThereIsEmpty) {
    const Request request{"GET", "/", {{"limit", "5"}, {"from", ""}}, {}, {}};
    EXPECT_EQ(request.parameter("limit"), "5");
    EXPECT_EQ(request.parameter("from"), "");
    EXPECT_EQ(request.parameter("cursor"), "");
}

}  // namespace
}  // namespace sluice::http
