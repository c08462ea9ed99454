#pragma once

#include <sluice/result.hpp>

#include "log/kafka/names.hpp"
#include "log/kafka/streams.hpp"
#include "log/kafka/transactions.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>

namespace sluice::log::kafka {

/// The names by which this process goes, and the topic that has the names of all. A process keeps
/// those that it began with; that they have changed it learns when it takes homes over, and ends.
/// Threads:  any; `change` one at a time.
/// Lifetime: options, topics, watermarks and streams outlive it.
/// Failure:  kUnavailable: the brokers. kBadConfig: not allowed. kCorrupt, kUnsupported: see Names.
class NamesBook {
public:
    NamesBook(
        const KafkaLogOptions& options,
        Topics& topics,
        const Watermarks& watermarks,
        Streams& streams
    )
        : options_{options},
          topics_{topics},
          watermarks_{watermarks},
          streams_{streams} {}

    /// Reads them. Where there is no such topic everybody has one name.
    [[nodiscard]] Status open();

    [[nodiscard]] std::shared_ptr<const Names> now() const;

    /// Makes the topic: whoever takes homes must not depend on what a broker has not heard of yet.
    /// Where that is not allowed, nothing happens.
    [[nodiscard]] Status ensure();

    /// Call: when the offsets of the group's homes are known, with nothing pending on them. Then a
    /// replacement is either seen here, or it will be refused.
    /// kConflict: the group, by its name on the brokers, has been replaced.
    [[nodiscard]] Status check(std::string_view group_on_broker);

    using Change = std::function<Result<Names>(const Names& now)>;

    /// Gives everybody the names that `change` makes of those that there are, in one transaction
    /// with the offsets, which fence. Answers when it is certain. kConflict: somebody else has
    /// changed them. kFenced: a group has another generation. Then nothing was changed.
    [[nodiscard]] Status change(const Change& change, std::span<const GroupCommit> fences);

private:
    [[nodiscard]] Result<Names> read();
    [[nodiscard]] Result<Ends> settled_ends(const PartitionRef& of) const;
    [[nodiscard]] std::string transactional_id() const;
    void take(Names names);

    const KafkaLogOptions& options_;
    Topics& topics_;
    const Watermarks& watermarks_;
    Streams& streams_;
    std::mutex reading_;
    Names last_;  ///< as read up to next_
    Offset next_;
    mutable std::mutex mutex_;
    std::shared_ptr<const Names> now_{std::make_shared<Names>()};  // shared with calls under way
};

}  // namespace sluice::log::kafka
