#include "http/cut_off.hpp"

#include "http/raw_connection.hpp"
#include "http/server.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>

namespace sluice::http {
namespace {

using std::chrono::milliseconds;
using test::RawConnection;

constexpr milliseconds kPatience{300};

class CutOff : public testing::Test {
protected:
    void SetUp() override {
        server_.handle("GET", "/x", [](const Request&) {
            return Response{200, "text/plain", "x"};
        });
        server_.handle("GET", "/large", [](const Request&) {
            return Response{200, "text/plain", std::string(std::size_t{64} << 20, 'x')};
        });
        server_.handle("POST", "/body", [](const Request& request) {
            return Response{200, "text/plain", request.body};
        });
        ASSERT_TRUE(server_.start());
    }

    /// Comes back though a client does something every now and then, for ever.
    template <class Act>
    void stop_beside(Act act) {
        std::jthread client{[&](const std::stop_token& stop) {
            while (!stop.stop_requested()) {
                act();
                std::this_thread::sleep_for(milliseconds{50});
            }
        }};
        std::this_thread::sleep_for(milliseconds{150});
        server_.stop();
    }

    Server server_{ServerOptions{.stop_patience = kPatience}};
};

TEST_F(CutOff, OnlyWhatIsConnectedToThatPortIsShutDown) {
    Server other{ServerOptions{}};
    other.handle("GET", "/x", [](const Request&) { return Response{200, "text/plain", "other"}; });
    ASSERT_TRUE(other.start());
    RawConnection mine{server_.port()};
    RawConnection another{other.port()};
    mine.send("GET /x HTTP/1.1\r\n\r\n");
    another.send("GET /x HTTP/1.1\r\n\r\n");
    EXPECT_TRUE(mine.read_answer().ends_with("x"));
    EXPECT_TRUE(another.read_answer().ends_with("other"));
    EXPECT_EQ(cut_off(server_.port()), 1U);
    EXPECT_EQ(mine.read_answer(), "");
    another.send("GET /x HTTP/1.1\r\nConnection: close\r\n\r\n");
    EXPECT_TRUE(another.read_answer().ends_with("other"));
    RawConnection later{
        server_.port()};  // who comes after is served: nothing was said of listening
    later.send("GET /x HTTP/1.1\r\nConnection: close\r\n\r\n");
    EXPECT_TRUE(later.read_answer().ends_with("x"));
}

TEST_F(CutOff, APortThatNobodyIsConnectedToHasNone) {
    EXPECT_EQ(cut_off(server_.port()), 0U);
    EXPECT_EQ(cut_off(1), 0U);
}

TEST_F(CutOff, AStopEndsThoughABodyComesByteByByte) {
    const RawConnection slow{server_.port()};
    slow.send("POST /body HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n");
    stop_beside([&] { slow.send("x"); });
}

TEST_F(CutOff, AStopEndsThoughHeadersHaveNoEnd) {
    const RawConnection slow{server_.port()};
    slow.send("GET /x HTTP/1.1\r\n");
    stop_beside([&] { slow.send("a"); });
}

TEST_F(CutOff, AStopEndsThoughAnAnswerIsHardlyRead) {
    RawConnection slow{server_.port()};
    slow.send("GET /large HTTP/1.1\r\n\r\n");
    std::string read;
    stop_beside([&] { read += slow.read_to("x"); });
}

TEST(CutOffPatience, WhoIsQuickEnoughIsAnswered) {
    Server server{ServerOptions{}};
    server.handle("POST", "/body", [](const Request& request) {
        return Response{200, "text/plain", request.body};
    });
    ASSERT_TRUE(server.start());
    RawConnection slow{server.port()};
    slow.send("POST /body HTTP/1.1\r\nContent-Length: 6\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_TRUE(slow.read_to("\r\n\r\n").starts_with("HTTP/1.1 100 "));  // it has begun
    std::jthread stopper{[&server] { server.stop(); }};
    std::this_thread::sleep_for(kPatience);
    slow.send("abcdef");
    EXPECT_TRUE(slow.read_answer().ends_with("abcdef"));
}

}  // namespace
}  // namespace sluice::http
