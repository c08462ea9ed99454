#pragma once

#include "log/kafka/group_hold.hpp"
#include "log/kafka/kafka.hpp"
#include "log/kafka/lease.hpp"
#include "log/kafka/names_book.hpp"
#include "log/kafka/producer.hpp"
#include "log/kafka/retention.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

namespace sluice::log::kafka {

/// The log on Kafka, put together from its parts: each call is checked, located, and handed on. All
/// names are those on the brokers; named_log.hpp goes by those that people use.
class Engine final : public Log {
public:
    [[nodiscard]] static Result<std::unique_ptr<Engine>> open(const KafkaLogOptions& options);

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

    [[nodiscard]] NamesBook& names() const { return *names_; }

    [[nodiscard]] std::string on_broker(std::string_view topic) const {
        return topics_->on_broker(topic);
    }

    /// A group for this process alone: for whoever replaces it.
    [[nodiscard]] Result<std::unique_ptr<GroupHold>> hold(const GroupSpec& spec);

    /// Deletes topics, and groups with what is kept of them, here and on the brokers.
    Status remove(const std::set<std::string>& topics, const std::set<std::string>& groups);

    [[nodiscard]] std::uint64_t version() const override { return changed_.version(); }

    void wait_for_change(std::uint64_t seen, std::chrono::milliseconds timeout) const override {
        changed_.wait(seen, timeout);
    }

    [[nodiscard]] std::size_t record_bytes_max() const override {
        return options_.record_bytes_max;
    }

private:
    explicit Engine(const KafkaLogOptions& options) : options_{options} {}

    Status open_all();
    [[nodiscard]] Status reach() const;
    [[nodiscard]] Group& group(std::string_view name) const;
    [[nodiscard]] Parts parts() const;
    [[nodiscard]] Status catch_up(Group& group, HomeId home, Restore what) const;

    // In the order in which they must outlive one another.
    KafkaLogOptions options_;
    mutable Trouble trouble_;
    mutable ChangeSignal changed_;
    std::unique_ptr<Cache> cache_;
    ClientHandle raw_;        ///< asks for all that was written
    ClientHandle committed_;  ///< asks for what a reader may see
    std::unique_ptr<Topics> topics_;
    std::unique_ptr<Watermarks> watermarks_;
    std::unique_ptr<Retention> retention_;
    std::unique_ptr<Streams> streams_;
    std::unique_ptr<NamesBook> names_;
    std::unique_ptr<Producer> producer_;
    std::unique_ptr<SnapshotWriter> snapshots_;
    mutable std::mutex groups_mutex_;
    mutable std::map<std::string, std::unique_ptr<Group>, std::less<>> groups_;
};

}  // namespace sluice::log::kafka
