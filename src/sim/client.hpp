#pragma once

#include "log/log.hpp"
#include "sim/broker.hpp"

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace sluice::sim {

/// The broker as one instance sees it. The next steps meet the fate that `meet` has said last,
/// once.
/// Threads:  one.
/// Lifetime: the broker outlives it, it outlives its leases.
/// Failure:  those of the broker.
class Client final : public log::Log {
public:
    explicit Client(Broker& broker) : broker_{broker} {}

    void meet(Fate fate, std::uint64_t entropy) {
        fate_ = fate;
        entropy_ = entropy;
    }

    /// The fate of the step that is being committed; the one after it is done.
    [[nodiscard]] std::pair<Fate, std::uint64_t> take_fate();

    [[nodiscard]] Broker& broker() { return broker_; }

    Status create_topic(const log::TopicSpec& spec) override { return broker_.create_topic(spec); }

    [[nodiscard]] Result<std::optional<log::TopicSpec>> topic(std::string_view name
    ) const override {
        return broker_.topic(name);
    }

    [[nodiscard]] Result<std::vector<log::TopicSpec>> topics() const override {
        return broker_.topics();
    }

    [[nodiscard]] Result<log::Ends> ends(const log::PartitionRef& of) const override {
        return broker_.ends(of);
    }

    [[nodiscard]] Result<log::Records> read(
        const log::PartitionRef& of, Offset from, const log::ReadLimits& limits
    ) const override {
        return broker_.read(of, from, limits);
    }

    Result<std::vector<Offset>> publish(std::vector<log::Append> appends) override {
        return broker_.publish(std::move(appends));
    }

    Result<std::unique_ptr<log::Lease>> take(std::string_view group, std::vector<HomeId> homes)
        override;

    [[nodiscard]] Result<std::optional<Offset>> consumed_by(
        std::string_view group, const log::PartitionRef& from
    ) const override {
        return broker_.consumed(group, from);
    }

    [[nodiscard]] Result<std::vector<std::pair<std::string, std::string>>> peek(
        std::string_view group,
        HomeId home,
        log::Table table,
        std::string_view from,
        std::size_t limit
    ) const override {
        return broker_.scan(group, home, table, from, limit);
    }

    Status trim(const log::PartitionRef& of, Offset below) override {
        return broker_.trim(of, below);
    }

    [[nodiscard]] std::uint64_t version() const override { return broker_.version(); }

    /// Nobody waits on one thread.
    void wait_for_change(std::uint64_t /*seen*/, std::chrono::milliseconds /*timeout*/)
        const override {}

    [[nodiscard]] std::size_t record_bytes_max() const override { return std::size_t{1} << 20; }

private:
    Broker& broker_;
    Fate fate_{Fate::kDone};
    std::uint64_t entropy_{0};
};

}  // namespace sluice::sim
