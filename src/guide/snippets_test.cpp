#include "guide/snippets.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <memory>
#include <string>

namespace sluice::guide {
namespace {

/// What a shell makes of the text.
std::string shell(const std::string& script) {
    // NOLINTNEXTLINE(bugprone-command-processor): what a shell makes of it is the question
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe{popen(script.c_str(), "r"), pclose};
    std::string out;
    for (int letter = 0; (letter = std::fgetc(pipe.get())) != EOF;)
        out += static_cast<char>(letter);
    return out;
}

TEST(Snippets, NameTopicAndTypeAsLiterals) {
    for (const Snippet& one : snippets_of("order", "order.placed", "say \"hi\"", {{"id", "1"}})) {
        if (one.publishes) continue;
        EXPECT_NE(one.text.find(R"("say \"hi\"")"), std::string::npos) << one.tool;
        EXPECT_EQ(one.text.find('@' + std::string{"T"}), std::string::npos) << one.tool;
        const bool by_topic = one.language != "cpp";
        EXPECT_EQ(one.text.find(R"("order.placed")") != std::string::npos, by_topic) << one.tool;
    }
}

TEST(Snippets, OfTheShellKeepTheEventWhole) {
    const nlohmann::json event{{"id", "it's 'one' $HOME `id` \\ \"x\""}, {"data", {{"a", "''"}}}};
    const Snippet curl = snippets_of("order", "t", "x", event).front();
    ASSERT_TRUE(curl.publishes);
    EXPECT_NE(curl.text.find("/v1/domains/order/events"), std::string::npos);
    // `curl` as a function that prints its last argument: what the daemon would be sent.
    const std::string sent =
        shell("curl() { for last; do :; done; printf %s \"$last\"; }\n" + curl.text);
    EXPECT_EQ(nlohmann::json::parse(sent), event);
}

TEST(Snippets, AreThereForEachLanguage) {
    std::string tools;
    for (const Snippet& one : snippets_of("d", "t", "x", {})) tools += std::string{one.tool} + ';';
    EXPECT_EQ(tools, "curl;C++ (Sluice);Java (Spring);Python;Go;");
}

}  // namespace
}  // namespace sluice::guide
