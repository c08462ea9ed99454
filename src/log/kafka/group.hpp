#pragma once

#include <sluice/result.hpp>

#include "log/kafka/member.hpp"
#include "log/kafka/offsets.hpp"
#include "log/kafka/tenure.hpp"

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace sluice::log::kafka {

/// A group as this process sees it: its offsets, this process's place in it, and which of its
/// leases hold which homes.
/// Threads:  any.
/// Lifetime: options, trouble, topics and the signal outlive it.
class Group {
public:
    Group(
        const KafkaLogOptions& options,
        Trouble& trouble,
        const Topics& topics,
        ChangeSignal& changed,
        const std::string& name
    );

    /// kAlreadyExists: this process has joined.
    Status join(const GroupSpec& spec);

    /// When all leases are given back.
    void leave();

    [[nodiscard]] Share share() const;
    [[nodiscard]] std::uint64_t round() const;

    /// The group's generation as it is now. Null: not joined, or it has none.
    [[nodiscard]] GroupMetadataHandle generation() const;

    /// What was joined; nothing if it was not.
    [[nodiscard]] std::optional<GroupSpec> spec() const;

    /// A tenure over the homes. Those of this process that hold one of them are over when it
    /// returns, and so is their step. kFenced: joined, and not all are this process's.
    [[nodiscard]] Result<std::shared_ptr<Tenure>> take(std::vector<HomeId> homes);

    void give_back(const std::shared_ptr<Tenure>& tenure);

    /// Whether a lease of this process holds the home now, and has restored it.
    [[nodiscard]] bool is_held(HomeId home) const;

    [[nodiscard]] GroupOffsets& offsets() { return offsets_; }

    /// Held by whoever brings the copy of a home's state up to date.
    [[nodiscard]] std::timed_mutex& restoring() { return restoring_; }

    [[nodiscard]] const std::string& name() const { return name_; }

    [[nodiscard]] std::string transactional_id(const Tenure& tenure) const;

    [[nodiscard]] std::string state_topic() const { return kafka::state_topic(name_); }

private:
    void wait_for_leases(bool lost);
    [[nodiscard]] bool is_share(std::span<const HomeId> homes) const;
    [[nodiscard]] std::vector<std::shared_ptr<Tenure>> put_in_charge(
        const std::shared_ptr<Tenure>& tenure
    );

    const KafkaLogOptions& options_;
    const Topics& topics_;
    ChangeSignal& changed_;
    std::string name_;
    GroupOffsets offsets_;
    std::timed_mutex restoring_;
    mutable std::mutex mutex_;
    std::condition_variable given_back_;
    std::set<std::shared_ptr<Tenure>> tenures_;          // shared with their leases
    std::map<HomeId, std::shared_ptr<Tenure>> holders_;  // the last that took it
    std::optional<GroupSpec> spec_;
    std::shared_ptr<Member> member_;  // shared with calls under way; last: its thread calls back
};

}  // namespace sluice::log::kafka
