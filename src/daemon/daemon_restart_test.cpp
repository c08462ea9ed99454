#include "base/test_seed.hpp"
#include "daemon/connect.hpp"
#include "daemon/daemon.hpp"
#include "daemon/operations/daemon_fixture.hpp"
#include "daemon/operations/topic_reader.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <memory>
#include <random>
#include <sstream>
#include <string>
#include <vector>

namespace sluice::daemon {
namespace {

using test::made_event;

/// A daemon that is stopped and started while events come, late, doubled and out of order.
class DaemonRestart : public testing::Test {
protected:
    void restart() {
        daemon_.reset();
        auto setup = load_setup(directory_.config());
        ASSERT_TRUE(setup) << setup.error().message;
        daemon_ = std::make_unique<Daemon>(std::move(setup).value(), logger_, clock_);
        const Status started = daemon_->start();
        ASSERT_TRUE(started) << started.error().message;
    }

    void stop() { daemon_.reset(); }

    /// To the daemon if it runs, else into the directory.
    void publish(const std::vector<Event>& events) {
        auto connection = connect(place(), Access::kPublish);
        ASSERT_TRUE(connection) << connection.error().message;
        EXPECT_EQ(connection.value().remote, daemon_ != nullptr);
        const auto answers = connection.value().backend->publish(events);
        ASSERT_TRUE(answers) << answers.error().message;
        for (const auto& answer : answers.value()) {
            ASSERT_TRUE(answer) << answer.error().message;
        }
    }

    void settle() {
        const auto connection = connect(place(), Access::kRead);
        ASSERT_TRUE(connection) << connection.error().message;
        const Backend& backend = *connection.value().backend;
        std::optional<std::uint64_t> seen;
        for (int asks = 0; asks < 200; ++asks) {  // each waits for a change, 400 ms at most
            if (backend.status().value()["idle"] == true) return;
            seen = backend.ends("shop.ordered", seen).value().version;
        }
        FAIL() << "never idle: " << to_text(backend.status().value());
    }

    /// The ids of a subject in the ordered topic, in their order.
    [[nodiscard]] std::map<std::string, std::vector<std::string>> ordered() const {
        const auto connection = connect(place(), Access::kRead);
        TopicReader reader{*connection.value().backend, {"shop.ordered", {}, Offset{0}}};
        EXPECT_TRUE(reader.open());
        std::map<std::string, std::vector<std::string>> found;
        while (!reader.at_end()) {
            for (const std::string& line : reader.next(100).value()) {
                const Json json = Json::parse(line);
                auto& of = found[json["subject"]];
                of.push_back(json["id"]);
                EXPECT_EQ(json["subjectposition"], fmt::to_string(of.size()));
            }
        }
        return found;
    }

    /// What the file sink was given: at least once, in order.
    [[nodiscard]] std::map<std::string, std::vector<std::string>> delivered() const {
        std::ifstream in{directory_.path("audit.jsonl")};
        std::map<std::string, std::vector<std::string>> found;
        for (std::string line; std::getline(in, line);) {
            const Json json = Json::parse(line);
            auto& of = found[json["subject"]];
            const auto position = std::stoul(json["subjectposition"].get<std::string>());
            EXPECT_LE(position, of.size() + 1) << line;
            if (position == of.size() + 1) of.push_back(json["id"]);
        }
        return found;
    }

private:
    [[nodiscard]] Place place() const { return find_place({directory_.config(), {}}).value(); }

    test::ShopDirectory directory_;
    std::ostringstream log_;
    SystemClock clock_;
    Logger logger_{log_, clock_, LogLevel::kWarn};
    std::unique_ptr<Daemon> daemon_;
};

/// Reference: each subject's numbers, 1, 2, 3 …
TEST_F(DaemonRestart, NothingIsLostDoubledOrOutOfOrder) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    std::map<std::string, std::vector<std::string>> reference;
    std::vector<Event> events;
    for (int subject = 0; subject < 20; ++subject) {
        const auto count = static_cast<int>(1 + random() % 12);
        for (int n = 1; n <= count; ++n) {
            const char* type = random() % 2 == 0 ? "order.placed" : "order.cancelled";
            events.push_back(made_event(fmt::format("s{}", subject), n, type));
            reference[events.back().subject].push_back(events.back().id);
            if (random() % 5 == 0) events.push_back(events.back());
        }
    }
    std::shuffle(events.begin(), events.end(), random);
    for (std::size_t at = 0; at < events.size();) {
        const std::size_t size = std::min<std::size_t>(1 + random() % 25, events.size() - at);
        const auto from = events.begin() + static_cast<std::ptrdiff_t>(at);
        if (random() % 3 == 0) stop();
        if (random() % 3 == 0) {
            ASSERT_NO_FATAL_FAILURE(restart());
        }
        ASSERT_NO_FATAL_FAILURE(publish({from, from + static_cast<std::ptrdiff_t>(size)}));
        at += size;
    }
    ASSERT_NO_FATAL_FAILURE(restart());
    ASSERT_NO_FATAL_FAILURE(settle());
    stop();
    EXPECT_EQ(ordered(), reference);
    EXPECT_EQ(delivered(), reference);
}

}  // namespace
}  // namespace sluice::daemon
