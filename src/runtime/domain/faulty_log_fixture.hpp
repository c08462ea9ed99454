#pragma once

#include "log/log.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::runtime::test {

/// What can be made to fail. `kWrite` is the commit of a step.
enum class Call : std::uint8_t { kWrite, kLook, kTake, kRead, kEnds, kPublish, kTrim };

/// Which calls fail, and how.
struct Failing {
    Call call{};
    Error error;
    std::uint64_t passing{0};  ///< calls that go well before
    std::uint64_t times{std::numeric_limits<std::uint64_t>::max()};
    bool done_all_the_same{false};  ///< it was carried out, and only the answer is lost
};

/// A log whose nth call fails. Everything else goes to the log underneath, which can be exchanged
/// for another that was opened on the same directory: another process, as far as anybody can tell.
/// Threads: any. Lifetime: owns the log underneath; leases go before it.
class FaultyLog final : public log::Log {
public:
    explicit FaultyLog(std::unique_ptr<log::Log> real) : real_{std::move(real)} {}

    void fail(Failing failing) {
        const std::lock_guard lock{mutex_};
        failing_ = std::move(failing);
        failed_ = 0;
    }

    void heal() {
        const std::lock_guard lock{mutex_};
        failing_.reset();
    }

    /// Calls that have failed since the last `fail`.
    [[nodiscard]] std::uint64_t failed() const {
        const std::lock_guard lock{mutex_};
        return failed_;
    }

    /// Ends the log underneath; nobody may hold a lease of it. `open` makes the next one.
    void reopen(const std::function<std::unique_ptr<log::Log>()>& open) {
        real_.reset();
        real_ = open();
    }

    /// Rows that were answered to those who look at state without a lease.
    [[nodiscard]] std::uint64_t rows_peeked() const { return rows_peeked_; }

    /// The log underneath.
    [[nodiscard]] log::Log& real() { return *real_; }

    /// The topic is as if it had only so many partitions: giving it its own count back is how a
    /// topic grows.
    void count_as(const std::string& topic, std::uint32_t partitions) {
        const std::lock_guard lock{mutex_};
        counts_[topic] = partitions;
    }

    Status create_topic(const log::TopicSpec& spec) override { return real_->create_topic(spec); }

    [[nodiscard]] Result<std::optional<log::TopicSpec>> topic(std::string_view name
    ) const override {
        auto found = real_->topic(name);
        const std::lock_guard lock{mutex_};
        const auto counted = counts_.find(name);
        if (found && found.value() && counted != counts_.end()) {
            found.value()->partitions = counted->second;
        }
        return found;
    }

    [[nodiscard]] Result<std::vector<log::TopicSpec>> topics() const override {
        return real_->topics();
    }

    [[nodiscard]] Result<log::Ends> ends(const log::PartitionRef& of) const override {
        return guarded<log::Ends>(Call::kEnds, [&] { return real_->ends(of); });
    }

    [[nodiscard]] Result<log::Records> read(
        const log::PartitionRef& of, Offset from, const log::ReadLimits& limits
    ) const override {
        return guarded<log::Records>(Call::kRead, [&] { return real_->read(of, from, limits); });
    }

    Result<std::vector<Offset>> publish(std::vector<log::Append> appends) override {
        return guarded<std::vector<Offset>>(Call::kPublish, [&] {
            return real_->publish(std::move(appends));
        });
    }

    Result<std::unique_ptr<log::Lease>> take(std::string_view group, std::vector<HomeId> homes)
        override;

    [[nodiscard]] Result<std::optional<Offset>> consumed_by(
        std::string_view group, const log::PartitionRef& from
    ) const override {
        return real_->consumed_by(group, from);
    }

    [[nodiscard]] Result<std::vector<std::pair<std::string, std::string>>> peek(
        std::string_view group,
        HomeId home,
        log::Table table,
        std::string_view from,
        std::size_t limit
    ) const override {
        auto rows = real_->peek(group, home, table, from, limit);
        if (rows) rows_peeked_ += rows.value().size();
        return rows;
    }

    Status trim(const log::PartitionRef& of, Offset below) override {
        return guarded<Done>(Call::kTrim, [&] { return real_->trim(of, below); });
    }

    [[nodiscard]] std::uint64_t version() const override { return real_->version(); }

    void wait_for_change(std::uint64_t seen, std::chrono::milliseconds timeout) const override {
        real_->wait_for_change(seen, timeout);
    }

    [[nodiscard]] std::size_t record_bytes_max() const override {
        return real_->record_bytes_max();
    }

    /// Carries `work` out, or fails in its place or after it.
    template <class T, class Work>
    Result<T> guarded(Call call, Work work) const {
        const auto failing = next(call);
        if (!failing) return work();
        if (failing->done_all_the_same) static_cast<void>(work());
        return failing->error;
    }

private:
    std::optional<Failing> next(Call call) const {
        const std::lock_guard lock{mutex_};
        if (!failing_ || failing_->call != call) return std::nullopt;
        if (failing_->passing > 0) {
            --failing_->passing;
            return std::nullopt;
        }
        if (failed_ == failing_->times) return std::nullopt;
        ++failed_;
        return failing_;
    }

    std::unique_ptr<log::Log> real_;
    mutable std::atomic<std::uint64_t> rows_peeked_{0};
    std::map<std::string, std::uint32_t, std::less<>> counts_;
    mutable std::mutex mutex_;
    mutable std::optional<Failing> failing_;
    mutable std::uint64_t failed_{0};
};

/// Of a FaultyLog.
class FaultyLease final : public log::Lease {
public:
    FaultyLease(const FaultyLog& log, std::unique_ptr<log::Lease> real)
        : log_{log},
          real_{std::move(real)} {}

    [[nodiscard]] std::span<const HomeId> homes() const override { return real_->homes(); }

    Result<std::vector<Offset>> commit(log::Step step) override {
        return log_.guarded<std::vector<Offset>>(Call::kWrite, [&] {
            return real_->commit(std::move(step));
        });
    }

    [[nodiscard]] Result<std::optional<Offset>> consumed(HomeId home, const log::PartitionRef& from)
        const override {
        return real_->consumed(home, from);
    }

    [[nodiscard]] Result<std::optional<std::string>> get(
        HomeId home, log::Table table, std::string_view key
    ) const override {
        return log_.guarded<std::optional<std::string>>(Call::kLook, [&] {
            return real_->get(home, table, key);
        });
    }

    [[nodiscard]] Result<std::vector<std::pair<std::string, std::string>>> scan(
        HomeId home, log::Table table, std::string_view from, std::size_t limit
    ) const override {
        return real_->scan(home, table, from, limit);
    }

private:
    const FaultyLog& log_;
    std::unique_ptr<log::Lease> real_;
};

inline Result<std::unique_ptr<log::Lease>> FaultyLog::take(
    std::string_view group, std::vector<HomeId> homes
) {
    return guarded<std::unique_ptr<log::Lease>>(
        Call::kTake,
        [&]() -> Result<std::unique_ptr<log::Lease>> {
            auto taken = real_->take(group, std::move(homes));
            if (!taken) return taken;
            return std::unique_ptr<log::Lease>{
                std::make_unique<FaultyLease>(*this, std::move(taken.value()))};
        }
    );
}

}  // namespace sluice::runtime::test
