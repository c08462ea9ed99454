#pragma once

#include "log/log.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace sluice::log::conformance {

/// A backend as the suite needs it. What one of them keeps lives until it is destroyed.
class Backend {
public:
    virtual ~Backend() = default;

    [[nodiscard]] virtual Log& log() = 0;

    /// Closes the log and opens it on the same data. Leases and references from before are gone.
    virtual void reopen() = 0;

    /// Offsets may be taken by what is no record (the ends of transactions).
    [[nodiscard]] virtual bool has_holes() const { return false; }

    /// As many as a topic of the suite may have.
    [[nodiscard]] virtual std::uint32_t partitions_max() const { return 4'096; }

    /// How many times as short a seeded run is, where every step takes a while.
    [[nodiscard]] virtual int shorter() const { return 1; }
};

/// Makes an empty backend.
using Factory = std::function<std::unique_ptr<Backend>()>;

/// Every promise of `Log`, as tests. A backend holds itself to it with
///   INSTANTIATE_TEST_SUITE_P(Embedded, LogTopics, testing::Values(Factory{...}));
/// and the same for LogSteps and LogModel, in a test program that links sluice_log_conformance.
class LogConformance : public testing::TestWithParam<Factory> {
public:
    [[nodiscard]] Log& log() { return backend_->log(); }

    [[nodiscard]] Backend& backend() { return *backend_; }

    void reopen() { backend_->reopen(); }

    /// Whether what comes next may have this offset: the next one, or one behind a hole.
    [[nodiscard]] bool may_be(Offset offset, Offset next) const {
        return backend_->has_holes() ? offset >= next : offset == next;
    }

    void make(const std::string& topic, std::uint32_t partitions);
    [[nodiscard]] std::unique_ptr<Lease> take(const std::string& group, std::vector<HomeId> homes);

    /// The ends when nothing is under way there: Kafka shows what is committed a moment after
    /// `commit` has returned. Looks for ten seconds, and answers what it saw last.
    [[nodiscard]] Ends settled_ends(const PartitionRef& of);

    /// The values of a partition from its first offset on, read a few records at a time.
    [[nodiscard]] std::vector<std::string> texts(const PartitionRef& of);

private:
    std::unique_ptr<Backend> backend_{GetParam()()};
};

/// Topics, reading, publishing, trimming, waiting.
class LogTopics : public LogConformance {};

/// Steps and leases, over the topics "in" (2 partitions) and "out" (1).
class LogSteps : public LogConformance {
protected:
    void SetUp() override {
        make("in", 2);
        make("out", 1);
    }
};

/// Seeded runs against a reference of four maps, and several threads at once.
class LogModel : public LogConformance {};

[[nodiscard]] PartitionRef place(std::string topic, std::uint32_t partition = 0);
[[nodiscard]] Record text(std::string value);
/// What most tests of a step use.
inline constexpr HomeId kHome{1};
inline constexpr HomeId kOther{2};
inline constexpr Table kTable{1, Restore::kFold};

[[nodiscard]] inline StateChange put(HomeId home, Table table, std::string key, std::string value) {
    return StateChange{home, table, std::move(key), std::move(value)};
}

[[nodiscard]] Append append(const PartitionRef& to, const std::vector<std::string>& values);

/// The error's code; fails the test when there is none.
template <class T>
[[nodiscard]] ErrorCode code_of(const Result<T>& result) {
    EXPECT_FALSE(result.has_value());
    return result ? ErrorCode{} : result.error().code;
}

/// With the words of its error. What is asked is done once, whatever comes of it.
template <class R>
[[nodiscard]] testing::AssertionResult is_ok(const R& result) {
    if (result) return testing::AssertionSuccess();
    return testing::AssertionFailure() << result.error().message;
}

#define SLUICE_ASSERT_OK(result) ASSERT_TRUE(::sluice::log::conformance::is_ok(result))
#define SLUICE_EXPECT_OK(result) EXPECT_TRUE(::sluice::log::conformance::is_ok(result))

}  // namespace sluice::log::conformance
