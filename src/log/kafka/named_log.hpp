#pragma once

#include "log/kafka/engine.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace sluice::log::kafka {

/// A log on Kafka by the names that people use, where some are others on the brokers: each call is
/// translated and handed on.
/// Threads, lifetime, failure: as ReplacingLog.
class NamedLog final : public ReplacingLog {
public:
    explicit NamedLog(std::unique_ptr<Engine> engine);
    ~NamedLog() override;
    NamedLog(const NamedLog&) = delete;
    NamedLog& operator=(const NamedLog&) = delete;

    Status create_topic(const TopicSpec& spec) override;
    [[nodiscard]] Result<std::optional<TopicSpec>> topic(std::string_view name) const override;
    [[nodiscard]] Result<std::vector<TopicSpec>> topics() const override;
    [[nodiscard]] Result<Ends> ends(const PartitionRef& of) const override;
    [[nodiscard]] Result<Records> read(
        const PartitionRef& of, Offset from, const ReadLimits& limits
    ) const override;
    Result<std::vector<Offset>> publish(std::vector<Append> appends) override;
    [[nodiscard]] Result<std::unique_ptr<Membership>> join(const GroupSpec& spec) override;
    Result<std::unique_ptr<Lease>> take(std::string_view group, std::vector<HomeId> homes) override;
    [[nodiscard]] Result<std::optional<Offset>> consumed_by(
        std::string_view group, const PartitionRef& from
    ) const override;
    [[nodiscard]] Result<Entries> peek(
        std::string_view group, HomeId home, Table table, std::string_view from, std::size_t limit
    ) const override;
    Status trim(const PartitionRef& of, Offset below) override;

    [[nodiscard]] std::uint64_t version() const override { return engine_->version(); }

    void wait_for_change(std::uint64_t seen, std::chrono::milliseconds timeout) const override {
        engine_->wait_for_change(seen, timeout);
    }

    [[nodiscard]] std::size_t record_bytes_max() const override {
        return engine_->record_bytes_max();
    }

    [[nodiscard]] Result<std::unique_ptr<Hold>> hold(const GroupSpec& group) override;
    Status replace(const Replacement& what) override;
    Status clear_replaced() override;
    [[nodiscard]] std::string seen_as(std::string_view topic) const override;

private:
    class Held;

    [[nodiscard]] std::shared_ptr<const Names> names() const { return engine_->names().now(); }

    [[nodiscard]] PartitionRef on_broker(const PartitionRef& of) const;
    [[nodiscard]] GroupSpec on_broker(const GroupSpec& group) const;
    [[nodiscard]] Status check_there(const Replacement& what) const;
    [[nodiscard]] Result<std::vector<GroupCommit>> fences(const Replacement& what) const;

    std::unique_ptr<Engine> engine_;
    std::map<std::string, GroupHold*, std::less<>> holds_;  ///< by the group's name on the brokers
};

}  // namespace sluice::log::kafka
