#include "transact/decision_log.hpp"

#include "base/big_endian.hpp"

#include <fmt/format.h>

#include <limits>
#include <optional>
#include <string_view>

namespace sluice::transact {

namespace {

using twophase::Decision;
using twophase::TransactionId;

constexpr std::string_view kTopic = "sluice.twophase";
constexpr HomeId kHome{0};
constexpr log::Table kEpochs{1, log::Restore::kChangelog};     ///< "epoch" → u64 big-endian
constexpr log::Table kDecisions{2, log::Restore::kChangelog};  ///< epoch, number → a decision
constexpr std::string_view kEpochKey = "epoch";
constexpr std::size_t kPage = 500;

std::string group_of(const std::string& coordinator) {
    return "twophase." + coordinator;
}

std::string key_of(const TransactionId& id) {
    std::string key;
    put_big_endian(key, id.epoch);
    put_big_endian(key, id.number);
    return key;
}

using Page = std::vector<std::pair<std::string, std::string>>;

/// All decisions, page by page; `page` reads from a key on.
template <class ReadPage>
Result<std::vector<Decision>> all_decisions(ReadPage page) {
    std::vector<Decision> all;
    std::string from;
    while (true) {
        const Result<Page> some = page(from);
        if (!some) return some.error();
        for (const auto& [key, bytes] : some.value()) {
            auto decision = twophase::decode_decision(bytes);
            if (!decision) return decision.error();
            all.push_back(std::move(decision).value());
        }
        if (some->size() < kPage) return all;
        from = some->back().first + '\0';
    }
}

Result<std::uint32_t> epoch_of(const std::optional<std::string>& stored) {
    if (!stored) return 0U;
    const std::uint64_t epoch = get_big_endian(*stored);
    if (stored->size() == sizeof(epoch) && epoch < std::numeric_limits<std::uint32_t>::max()) {
        return static_cast<std::uint32_t>(epoch);
    }
    return Error{ErrorCode::kCorrupt, "the epoch of a coordinator is no number that it could be"};
}

}  // namespace

Result<std::unique_ptr<DecisionLog>> DecisionLog::open(
    log::Log& log, const std::string& coordinator
) {
    if (Status made = log.create_topic({std::string{kTopic}, 1}); !made) return made.error();
    auto lease = log.take(group_of(coordinator), {kHome});
    if (!lease) return lease.error();
    // NOLINTNEXTLINE(cppcoreguidelines-owning-memory): make_unique cannot see the constructor
    std::unique_ptr<DecisionLog> opened{new DecisionLog{std::move(lease).value()}};
    if (Status restored = opened->restore(); !restored) return restored.error();
    return opened;
}

Status DecisionLog::restore() {
    const auto stored = lease_->get(kHome, kEpochs, kEpochKey);
    if (!stored) return stored.error();
    const auto epoch = epoch_of(stored.value());
    if (!epoch) return epoch.error();
    epoch_ = epoch.value();
    auto decisions = all_decisions([&](const std::string& from) {
        return lease_->scan(kHome, kDecisions, from, kPage);
    });
    if (!decisions) return decisions.error();
    decisions_ = std::move(decisions).value();
    return ok();
}

Status DecisionLog::begin_epoch() {
    std::string bytes;
    put_big_endian(bytes, epoch_ + std::uint64_t{1});
    log::Step step{{kHome}, {}, {}, {{kHome, kEpochs, std::string{kEpochKey}, std::move(bytes)}}};
    const auto written = lease_->commit(std::move(step));
    if (!written) return written.error();
    ++epoch_;
    return ok();
}

Status DecisionLog::write(
    const std::vector<Decision>& decided, const std::vector<TransactionId>& ended
) {
    std::vector<log::StateChange> changes;
    changes.reserve(decided.size() + ended.size());
    for (const Decision& decision : decided) {
        changes.push_back({kHome, kDecisions, key_of(decision.id), twophase::encode(decision)});
    }
    for (const TransactionId& id : ended) {
        changes.push_back({kHome, kDecisions, key_of(id), std::nullopt});
    }
    if (changes.empty()) return ok();
    const auto written = lease_->commit({{kHome}, {}, {}, std::move(changes)});
    return written ? ok() : Status{written.error()};
}

Result<Recorded> recorded_in(const log::Log& log, const std::string& coordinator) {
    const std::string group = group_of(coordinator);
    const auto known = log.topic(kTopic);
    if (!known) return known.error();
    if (!known->has_value()) return Recorded{};
    const auto first = log.peek(group, kHome, kEpochs, kEpochKey, 1);
    if (!first) return first.error();
    const auto epoch =
        epoch_of(first->empty() ? std::nullopt : std::optional{first->front().second});
    if (!epoch) return epoch.error();
    auto decisions = all_decisions([&](const std::string& from) {
        return log.peek(group, kHome, kDecisions, from, kPage);
    });
    if (!decisions) return decisions.error();
    return Recorded{epoch.value(), std::move(decisions).value()};
}

}  // namespace sluice::transact
