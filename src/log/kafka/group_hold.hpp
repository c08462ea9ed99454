#pragma once

#include <sluice/result.hpp>

#include "log/kafka/group.hpp"
#include "log/kafka/transactions.hpp"
#include "log/kafka/watermarks.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace sluice::log::kafka {

/// Who is in a group now, for people: "client at host, …"; empty: nobody.
/// Failure: kUnavailable: the coordinator does not answer.
[[nodiscard]] Result<std::string> members_of(
    const KafkaLogOptions& options, Trouble& trouble, const std::string& group
);

/// A group that this process has joined and has alone, as of one generation. Whoever else joins
/// makes another generation, with which nothing passes that was fenced by this one.
/// Threads:  one.
/// Lifetime: the group outlives it. Destroying it leaves the group.
class GroupHold {
public:
    /// Waits for members that are gone already until the group has missed them, some sessions.
    /// kUnavailable names those that stay; then nobody was disturbed.
    [[nodiscard]] static Result<std::unique_ptr<GroupHold>> open(
        const KafkaLogOptions& options,
        Trouble& trouble,
        const Topics& topics,
        const Watermarks& watermarks,
        Group& group,
        const GroupSpec& spec
    );

    ~GroupHold();
    GroupHold(const GroupHold&) = delete;
    GroupHold& operator=(const GroupHold&) = delete;

    /// kFenced: it is not alone any more.
    [[nodiscard]] Status check() const;

    /// An offset of its first home, as it is: committed with the generation.
    [[nodiscard]] Result<GroupCommit> fence() const;

    [[nodiscard]] const std::string& group() const { return group_.name(); }

private:
    GroupHold(const Watermarks& watermarks, Group& group, const GroupSpec& spec)
        : watermarks_{watermarks},
          group_{group},
          spec_{spec} {}

    Status wait_for_all(const KafkaLogOptions& options, std::uint32_t homes);

    const Watermarks& watermarks_;
    Group& group_;
    GroupSpec spec_;
    GroupMetadataHandle generation_;
    std::uint64_t round_{0};
};

}  // namespace sluice::log::kafka
