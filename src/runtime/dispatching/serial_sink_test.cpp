#include "runtime/dispatching/serial_sink.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <thread>

namespace sluice::runtime {
namespace {

/// Counts who is inside at the same time.
class CountingSink final : public deliver::Sink {
public:
    CountingSink(std::atomic<int>& inside, std::atomic<int>& most) : inside_{inside}, most_{most} {}

    [[nodiscard]] bool wants(std::string_view type) const override { return type == "wanted"; }

    std::vector<dispatch::RunOutcome> deliver(std::span<const deliver::RunWork> runs) override {
        const int now = ++inside_;
        if (now > most_) most_ = now;
        std::this_thread::yield();
        --inside_;
        return std::vector<dispatch::RunOutcome>(runs.size(), {1, {}});
    }

private:
    std::atomic<int>& inside_;
    std::atomic<int>& most_;
};

TEST(SerialSink, ThoseThatShareAMutexAreCalledOneAtATime) {
    std::atomic<int> inside{0};
    std::atomic<int> most{0};
    std::mutex mutex;
    std::array<std::jthread, 3> callers;
    for (std::jthread& caller : callers) {
        caller = std::jthread{[&] {
            SerialSink sink{std::make_unique<CountingSink>(inside, most), mutex};
            const std::array<deliver::RunWork, 2> runs{};
            for (int call = 0; call < 2'000; ++call) {
                EXPECT_EQ(sink.deliver(runs).size(), 2U);
            }
        }};
    }
    for (std::jthread& caller : callers) caller.join();
    EXPECT_EQ(most, 1);
}

TEST(SerialSink, WantsWhatItsSinkWantsAlsoWhileAnotherIsAtWork) {
    std::atomic<int> inside{0};
    std::atomic<int> most{0};
    std::mutex mutex;
    const SerialSink sink{std::make_unique<CountingSink>(inside, most), mutex};
    const std::lock_guard at_work{mutex};
    EXPECT_TRUE(sink.wants("wanted"));
    EXPECT_FALSE(sink.wants("other"));
}

}  // namespace
}  // namespace sluice::runtime
