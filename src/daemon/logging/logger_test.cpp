#include "daemon/logging/logger.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace sluice::daemon {
namespace {

class FixedClock final : public Clock {
public:
    [[nodiscard]] Instant now() const override { return Instant{0}; }
};

class LoggerTest : public testing::Test {
protected:
    FixedClock clock_;
    std::ostringstream out_;
};

TEST_F(LoggerTest, ALineHasTimeLevelMessageAndFieldsInOrder) {
    Logger{out_, clock_, LogLevel::kInfo}.info("ready", {{"topic", "a"}, {"offset", "7"}});
    const std::string time = to_rfc3339(Instant{0});
    EXPECT_EQ(
        out_.str(),
        R"({"time":")" + time + R"(","level":"info","message":"ready","topic":"a","offset":"7"})" +
            "\n"
    );
}

TEST_F(LoggerTest, LevelsBelowTheLeastAreLeftOut) {
    const auto levels = [&](LogLevel least) {
        std::ostringstream out;
        Logger logger{out, clock_, least};
        logger.debug("d");
        logger.info("i");
        logger.warn("w");
        logger.error("e");
        std::istringstream in{out.str()};
        std::string seen;
        for (std::string line; std::getline(in, line);) {
            seen += nlohmann::json::parse(line)["level"].get<std::string>() + " ";
        }
        return seen;
    };
    EXPECT_EQ(levels(LogLevel::kDebug), "debug info warn error ");
    EXPECT_EQ(levels(LogLevel::kInfo), "info warn error ");
    EXPECT_EQ(levels(LogLevel::kWarn), "warn error ");
    EXPECT_EQ(levels(LogLevel::kError), "error ");
}

TEST_F(LoggerTest, AnyBytesStayOneLineOfJson) {
    Logger{out_, clock_, LogLevel::kInfo}.warn("a\nb\"\xFF", {{"subject", "x\r\n{}"}});
    const std::string text = out_.str();
    EXPECT_EQ(text.find('\n'), text.size() - 1);
    const auto line = nlohmann::json::parse(text);
    EXPECT_EQ(line["message"], "a\nb\"\xEF\xBF\xBD");
    EXPECT_EQ(line["subject"], "x\r\n{}");
}

TEST_F(LoggerTest, LinesOfManyThreadsStayWhole) {
    Logger logger{out_, clock_, LogLevel::kInfo};
    constexpr int kThreads = 4;
    constexpr int kLines = 200;
    {
        std::vector<std::jthread> threads;
        for (int thread = 0; thread < kThreads; ++thread) {
            threads.emplace_back([&logger, thread] {
                for (int line = 0; line < kLines; ++line) {
                    logger.info(std::to_string(thread) + "." + std::to_string(line));
                }
            });
        }
    }
    std::set<std::string> messages;
    std::istringstream in{out_.str()};
    for (std::string line; std::getline(in, line);) {
        const auto json = nlohmann::json::parse(line, nullptr, false);
        ASSERT_TRUE(json.is_object()) << line;
        messages.insert(json["message"].get<std::string>());
    }
    EXPECT_EQ(messages.size(), std::size_t{kThreads} * kLines);
}

}  // namespace
}  // namespace sluice::daemon
