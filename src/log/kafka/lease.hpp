#pragma once

#include "log/kafka/snapshot_keeper.hpp"
#include "log/kafka/takeover.hpp"
#include "log/kafka/transactions.hpp"

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace sluice::log::kafka {

/// Threads, lifetime, failure: as Lease. A step is one transaction: its appends, the changes of
/// tables that are restored from the state topic, a step number for each home, and offsets, among
/// them that of the home topic for every home, moved or not: so every step is fenced by the
/// group's generation. The copy of the state follows when the commit is certain. Tables that are a
/// fold are in the copy alone, and in snapshots (snapshot_keeper.hpp).
class KafkaLease final : public Lease {
public:
    [[nodiscard]] static Result<std::unique_ptr<Lease>> open(
        const Parts& parts, Group& group, std::vector<HomeId> homes
    );

    ~KafkaLease() override;
    KafkaLease(const KafkaLease&) = delete;
    KafkaLease& operator=(const KafkaLease&) = delete;

    [[nodiscard]] std::span<const HomeId> homes() const override { return tenure_->homes; }

    Result<std::vector<Offset>> commit(Step step) override;

    [[nodiscard]] Result<std::optional<Offset>> consumed(HomeId home, const PartitionRef& from)
        const override;

    [[nodiscard]] Result<std::optional<std::string>> get(
        HomeId home, Table table, std::string_view key
    ) const override;

    [[nodiscard]] Result<Entries> scan(
        HomeId home, Table table, std::string_view from, std::size_t limit
    ) const override;

private:
    /// A step as the brokers get it: its own appends, then one to the state of each of its homes,
    /// or none.
    struct Written {
        std::vector<Append> appends;
        std::size_t own_appends{0};
        std::size_t own_records{0};
        std::map<HomeId, std::vector<StateChange>> changes;
    };

    KafkaLease(const Parts& parts, Group& group, std::shared_ptr<Tenure> tenure);

    Status open_all();
    [[nodiscard]] Status check(HomeId home) const;
    [[nodiscard]] Status locate(const Step& step) const;
    [[nodiscard]] std::vector<Consumed> hold_folded(Step& step, Instant now);
    [[nodiscard]] Written written_by(Step& step) const;
    [[nodiscard]] std::vector<OffsetCommit> offsets_of(const Step& step, bool counts) const;
    Status done(const Step& step, const Written& written, std::vector<Offset>& offsets);
    void keep_snapshots(const Step& step, const Written& written, std::span<const Consumed> folded);
    void told(const Written& written, const std::vector<Offset>& offsets) const;

    Parts parts_;
    Group& group_;
    std::shared_ptr<Tenure> tenure_;  // shared with the group, which ends it
    std::string transactional_id_;
    std::optional<GroupSpec> spec_;
    std::unique_ptr<Transactions> transactions_;
    std::map<HomeId, TakenHome> taken_;
    std::map<HomeId, PartitionRef> state_;
    std::map<HomeId, SnapshotKeeper> snapshots_;
    mutable std::map<PartitionRef, std::optional<Offset>> consumed_;  ///< as asked for, or moved
};

}  // namespace sluice::log::kafka
