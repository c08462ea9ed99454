#include "tests/kafka/broker.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <chrono>
#include <stdexcept>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace sluice::test {

namespace {

bool listens(const std::string& address) {
    const int port = std::stoi(address.substr(address.rfind(':') + 1));
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(port));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int handle = ::socket(AF_INET, SOCK_STREAM, 0);
    const bool connected =
        ::connect(handle, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;  // POSIX's way
    ::close(handle);
    return connected;
}

/// Whether nobody listens there within ten seconds: a test beside this one may be given a free port
/// for a moment.
bool falls_silent(const std::string& address) {
    constexpr int kLooksMax = 100;
    constexpr std::chrono::milliseconds kBetween{100};
    for (int look = 0; look < kLooksMax; ++look) {
        if (!listens(address)) return true;
        std::this_thread::sleep_for(kBetween);
    }
    return false;
}

TEST(Broker, TheSharedOneListens) {
    EXPECT_TRUE(listens(shared_broker())) << shared_broker();
}

TEST(Broker, NamesDiffer) {
    EXPECT_NE(unique_name("topic"), unique_name("topic"));
    EXPECT_TRUE(unique_name("topic").starts_with("topic-"));
}

TEST(Broker, OneOfATestsOwnIsKilledAndStarted) {
    std::string address;
    {
        KafkaCluster cluster;
        address = cluster.bootstrap();
        ASSERT_NE(address, shared_broker());
        EXPECT_TRUE(listens(address));
        cluster.kill(1);
        EXPECT_TRUE(falls_silent(address));
        cluster.start(1);
        EXPECT_TRUE(listens(address));
        EXPECT_THROW(cluster.kill(2), std::runtime_error);
    }
    EXPECT_TRUE(falls_silent(address)) << "the broker outlives its cluster";
}

TEST(Broker, ABrokerThatCannotStartSaysSo) {
    EXPECT_THROW((KafkaCluster{1, {{"num.partitions", "none"}}}), std::runtime_error);
}

}  // namespace

}  // namespace sluice::test
