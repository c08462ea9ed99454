#include "log/kafka/group.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sluice::log::kafka {

namespace {

Error not_its_share(const std::string& group) {
    return Error{
        ErrorCode::kFenced,
        fmt::format("group {}: not all of these homes are this process's share", group)};
}

}  // namespace

Group::Group(
    const KafkaLogOptions& options,
    Trouble& trouble,
    const Topics& topics,
    ChangeSignal& changed,
    const std::string& name
)
    : options_{options},
      topics_{topics},
      changed_{changed},
      name_{name},
      offsets_{options, trouble, topics, name} {}

Status Group::join(const GroupSpec& spec) {
    {
        const std::lock_guard lock{mutex_};
        if (spec_) {
            return Error{
                ErrorCode::kAlreadyExists,
                fmt::format("group {}: this process has joined it", name_)};
        }
        spec_ = spec;
    }
    auto joined = Member::open(options_, topics_, spec, changed_, [this](bool lost) {
        wait_for_leases(lost);
    });
    const std::lock_guard lock{mutex_};
    if (!joined) {
        spec_.reset();
        return joined.error();
    }
    member_ = std::move(joined.value());
    return ok();
}

void Group::leave() {
    std::shared_ptr<Member> leaving;
    {
        const std::lock_guard lock{mutex_};
        leaving = std::move(member_);
        spec_.reset();
    }
    leaving.reset();  // its thread calls back, so not under the lock
}

Share Group::share() const {
    std::shared_ptr<Member> member;
    {
        const std::lock_guard lock{mutex_};
        member = member_;
    }
    return member ? member->share() : Share{};
}

std::uint64_t Group::round() const {
    const std::lock_guard lock{mutex_};
    return member_ ? member_->round() : 0;
}

GroupMetadataHandle Group::generation() const {
    std::shared_ptr<Member> member;
    {
        const std::lock_guard lock{mutex_};
        member = member_;
    }
    return member ? member->metadata() : GroupMetadataHandle{};
}

std::optional<GroupSpec> Group::spec() const {
    const std::lock_guard lock{mutex_};
    return spec_;
}

bool Group::is_share(std::span<const HomeId> homes) const {
    if (!member_) return true;  // a group that was not joined: only this process fences
    const Share share = member_->share();
    return std::all_of(homes.begin(), homes.end(), [&](HomeId home) {
        return std::binary_search(share.homes.begin(), share.homes.end(), home);
    });
}

Result<std::shared_ptr<Tenure>> Group::take(std::vector<HomeId> homes) {
    const auto tenure = std::make_shared<Tenure>();
    tenure->homes = std::move(homes);
    std::vector<std::shared_ptr<Tenure>> before;
    std::shared_ptr<Member> member;
    std::uint64_t round = 0;
    {
        const std::lock_guard lock{mutex_};
        if (spec_ && !member_) return not_its_share(name_);
        if (!is_share(tenure->homes)) return not_its_share(name_);
        member = member_;
        round = member ? member->round() : 0;
        before = put_in_charge(tenure);
    }
    for (const auto& one : before) {
        one->end();
        const std::lock_guard ended{one->turn};
    }
    // A rebalance waits for this tenure. If the group has given the homes away all the same, the
    // generation is another by now, and so is the round.
    tenure->group =
        member ? member->metadata()
               : GroupMetadataHandle{
                     rd_kafka_consumer_group_metadata_new((options_.prefix + name_).c_str())};
    if (member && (member->round() != round || tenure->group == nullptr)) {
        give_back(tenure);
        return not_its_share(name_);
    }
    return tenure;
}

std::vector<std::shared_ptr<Tenure>> Group::put_in_charge(const std::shared_ptr<Tenure>& tenure) {
    std::vector<std::shared_ptr<Tenure>> before;
    const auto is_used = [this](std::uint64_t slot) {
        return std::any_of(tenures_.begin(), tenures_.end(), [slot](const auto& one) {
            return one->slot == slot;
        });
    };
    while (is_used(tenure->slot)) ++tenure->slot;
    for (const HomeId home : tenure->homes) {
        std::shared_ptr<Tenure>& holder = holders_[home];
        if (holder) before.push_back(holder);
        holder = tenure;
    }
    tenures_.insert(tenure);
    return before;
}

void Group::give_back(const std::shared_ptr<Tenure>& tenure) {
    {
        const std::lock_guard lock{mutex_};
        tenures_.erase(tenure);
        for (const HomeId home : tenure->homes) {
            const auto holder = holders_.find(home);
            if (holder != holders_.end() && holder->second == tenure) holders_.erase(holder);
        }
    }
    given_back_.notify_all();
}

bool Group::is_held(HomeId home) const {
    const std::lock_guard lock{mutex_};
    const auto holder = holders_.find(home);
    return holder != holders_.end() && holder->second->is_restored();
}

/// On the member's thread. Between two rebalances no lease is taken: the share is empty.
void Group::wait_for_leases(bool lost) {
    std::unique_lock lock{mutex_};
    if (!lost) {
        given_back_.wait_for(lock, options_.handover, [this] { return tenures_.empty(); });
    }
    for (const auto& tenure : tenures_) tenure->end();
}

std::string Group::transactional_id(const Tenure& tenure) const {
    return fmt::format("{}{}.{}.{}", options_.prefix, name_, options_.instance, tenure.slot);
}

}  // namespace sluice::log::kafka
