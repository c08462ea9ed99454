#pragma once

#include "log/change_signal.hpp"
#include "log/embedded/catalog.hpp"
#include "log/embedded/embedded.hpp"
#include "log/embedded/health.hpp"
#include "log/embedded/jobs.hpp"
#include "log/embedded/lease.hpp"
#include "log/embedded/lock_file.hpp"
#include "log/embedded/published.hpp"
#include "log/embedded/reader.hpp"
#include "log/embedded/store.hpp"
#include "log/embedded/tenure.hpp"
#include "log/embedded/writer.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::log {

/// What opening made, in the order in which it must outlive one another.
struct Opened {
    std::unique_ptr<LockFile> lock;
    std::unique_ptr<Health> health;
    std::unique_ptr<Store> store;
    std::unique_ptr<Catalog> catalog;
    OpenReport report;
};

/// EmbeddedLog, put together from its parts: each call is checked, located, and handed on.
class Engine final : public EmbeddedLog {
public:
    Engine(EmbeddedOptions options, Opened opened);
    ~Engine() override;
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    Status create_topic(const TopicSpec& spec) override;
    [[nodiscard]] Result<std::optional<TopicSpec>> topic(std::string_view name) const override;
    [[nodiscard]] Result<std::vector<TopicSpec>> topics() const override;
    [[nodiscard]] Result<Ends> ends(const PartitionRef& of) const override;
    [[nodiscard]] Result<Records> read(
        const PartitionRef& of, Offset from, const ReadLimits& limits
    ) const override;
    Result<std::vector<Offset>> publish(std::vector<Append> appends) override;
    Result<std::unique_ptr<Lease>> take(std::string_view group, std::vector<HomeId> homes) override;
    [[nodiscard]] Result<std::optional<Offset>> consumed_by(
        std::string_view group, const PartitionRef& from
    ) const override;
    [[nodiscard]] Result<Entries> peek(
        std::string_view group, HomeId home, Table table, std::string_view from, std::size_t limit
    ) const override;
    Status trim(const PartitionRef& of, Offset below) override;
    [[nodiscard]] Result<std::unique_ptr<Hold>> hold(const GroupSpec& group) override;
    Status replace(const Replacement& what) override;

    /// `replace` has deleted it.
    Status clear_replaced() override { return ok(); }

    [[nodiscard]] std::string seen_as(std::string_view topic) const override {
        return std::string{topic};
    }

    [[nodiscard]] std::uint64_t version() const override { return changes_.version(); }

    void wait_for_change(std::uint64_t seen, std::chrono::milliseconds timeout) const override {
        changes_.wait(seen, timeout);
    }

    [[nodiscard]] std::size_t record_bytes_max() const override {
        return options_.record_bytes_max;
    }

    [[nodiscard]] const OpenReport& report() const override { return opened_.report; }

    [[nodiscard]] const Probe& probe() const override { return probe_; }

private:
    /// The partition, if the log is healthy and has it.
    [[nodiscard]] Result<Located> locate(const PartitionRef& ref) const;
    [[nodiscard]] Parts parts();

    EmbeddedOptions options_;
    Opened opened_;
    Probe probe_;
    ChangeSignal changes_;
    Tenures tenures_;  // writer's thread only
    Reader reader_;
    Published published_;
    Writer writer_;  // last: its thread ends first
};

}  // namespace sluice::log
