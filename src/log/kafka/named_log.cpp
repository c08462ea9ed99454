#include "log/kafka/named_log.hpp"

#include "log/checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace sluice::log::kafka {

namespace {

class NamedLease final : public Lease {
public:
    NamedLease(std::unique_ptr<Lease> lease, std::shared_ptr<const Names> names)
        : lease_{std::move(lease)},
          names_{std::move(names)} {}

    [[nodiscard]] std::span<const HomeId> homes() const override { return lease_->homes(); }

    Result<std::vector<Offset>> commit(Step step) override {
        for (Append& append : step.appends) rename(append.to.topic);
        for (Consumed& consumed : step.consumed) rename(consumed.from.topic);
        return lease_->commit(std::move(step));
    }

    [[nodiscard]] Result<std::optional<Offset>> consumed(HomeId home, const PartitionRef& from)
        const override {
        return lease_->consumed(home, {names_->topic_on_broker(from.topic), from.partition});
    }

    [[nodiscard]] Result<std::optional<std::string>> get(
        HomeId home, Table table, std::string_view key
    ) const override {
        return lease_->get(home, table, key);
    }

    [[nodiscard]] Result<Entries> scan(
        HomeId home, Table table, std::string_view from, std::size_t limit
    ) const override {
        return lease_->scan(home, table, from, limit);
    }

private:
    void rename(std::string& topic) const { topic = names_->topic_on_broker(topic); }

    std::unique_ptr<Lease> lease_;
    std::shared_ptr<const Names> names_;  // shared with the book: those it was taken under
};

}  // namespace

/// The log knows of it, to fence what is replaced.
class NamedLog::Held final : public Hold {
public:
    Held(NamedLog& log, std::unique_ptr<GroupHold> hold) : log_{log}, hold_{std::move(hold)} {
        log_.holds_[hold_->group()] = hold_.get();
    }

    ~Held() override { log_.holds_.erase(hold_->group()); }

    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;

    [[nodiscard]] Status check() const override { return hold_->check(); }

private:
    NamedLog& log_;
    std::unique_ptr<GroupHold> hold_;
};

NamedLog::NamedLog(std::unique_ptr<Engine> engine) : engine_{std::move(engine)} {}

NamedLog::~NamedLog() = default;

PartitionRef NamedLog::on_broker(const PartitionRef& of) const {
    return {names()->topic_on_broker(of.topic), of.partition};
}

GroupSpec NamedLog::on_broker(const GroupSpec& group) const {
    const auto names = this->names();
    GroupSpec spec{
        names->group_on_broker(group.name), names->topic_on_broker(group.home_topic), {}};
    for (const std::string& topic : group.outputs) {
        spec.outputs.push_back(names->topic_on_broker(topic));
    }
    return spec;
}

Status NamedLog::create_topic(const TopicSpec& spec) {
    return engine_->create_topic({names()->topic_on_broker(spec.name), spec.partitions});
}

Result<std::optional<TopicSpec>> NamedLog::topic(std::string_view name) const {
    auto found = engine_->topic(names()->topic_on_broker(name));
    if (found && found.value()) found.value()->name = name;
    return found;
}

Result<std::vector<TopicSpec>> NamedLog::topics() const {
    const auto all = engine_->topics();
    if (!all) return all;
    const auto names = this->names();
    std::vector<TopicSpec> seen;
    for (const TopicSpec& topic : all.value()) {
        auto name = names->topic_name(topic.name);
        if (name) seen.push_back({std::move(*name), topic.partitions});
    }
    std::sort(seen.begin(), seen.end(), [](const auto& a, const auto& b) {
        return a.name < b.name;
    });
    return seen;
}

Result<Ends> NamedLog::ends(const PartitionRef& of) const {
    return engine_->ends(on_broker(of));
}

Result<Records> NamedLog::read(const PartitionRef& of, Offset from, const ReadLimits& limits)
    const {
    return engine_->read(on_broker(of), from, limits);
}

Result<std::vector<Offset>> NamedLog::publish(std::vector<Append> appends) {
    const auto names = this->names();
    for (Append& append : appends) append.to.topic = names->topic_on_broker(append.to.topic);
    return engine_->publish(std::move(appends));
}

Result<std::unique_ptr<Membership>> NamedLog::join(const GroupSpec& spec) {
    return engine_->join(on_broker(spec));
}

Result<std::unique_ptr<Lease>> NamedLog::take(std::string_view group, std::vector<HomeId> homes) {
    auto names = this->names();
    auto taken = engine_->take(names->group_on_broker(group), std::move(homes));
    if (!taken) return taken.error();
    return std::unique_ptr<Lease>{
        std::make_unique<NamedLease>(std::move(taken.value()), std::move(names))};
}

Result<std::optional<Offset>> NamedLog::consumed_by(
    std::string_view group, const PartitionRef& from
) const {
    return engine_->consumed_by(names()->group_on_broker(group), on_broker(from));
}

Result<Entries> NamedLog::peek(
    std::string_view group, HomeId home, Table table, std::string_view from, std::size_t limit
) const {
    return engine_->peek(names()->group_on_broker(group), home, table, from, limit);
}

Status NamedLog::trim(const PartitionRef& of, Offset below) {
    return engine_->trim(on_broker(of), below);
}

Result<std::unique_ptr<Hold>> NamedLog::hold(const GroupSpec& group) {
    auto held = engine_->hold(on_broker(group));
    if (!held) return held.error();
    return std::unique_ptr<Hold>{std::make_unique<Held>(*this, std::move(held.value()))};
}

Status NamedLog::check_there(const Replacement& what) const {
    for (const auto& [now, then] : what.topics) {
        if (const Status valid = validate(TopicSpec{then, 1}); !valid) return valid;
        const auto there = topic(now);
        if (!there) return there.error();
        if (there.value()) continue;
        return Error{ErrorCode::kNotFound, fmt::format("topic {}: no such topic", now)};
    }
    for (const auto& [now, then] : what.groups) {
        if (const Status valid = validate_group(then); !valid) return valid;
        const auto there = topic(state_topic(now));
        if (!there) return there.error();
        if (there.value()) continue;
        return Error{ErrorCode::kNotFound, fmt::format("group {}: no such group", now)};
    }
    return ok();
}

/// Of each group that is to lose its place: with the generation that it was held with.
Result<std::vector<GroupCommit>> NamedLog::fences(const Replacement& what) const {
    std::vector<GroupCommit> all;
    for (const auto& [now, then] : what.groups) {
        const auto held = holds_.find(names()->group_on_broker(then));
        if (held == holds_.end()) {
            return Error{ErrorCode::kFenced, fmt::format("group {} is not held", then)};
        }
        auto fence = held->second->fence();
        if (!fence) return fence.error();
        all.push_back(std::move(fence.value()));
    }
    return all;
}

Status NamedLog::replace(const Replacement& what) {
    if (const Status there = check_there(what); !there) return there;
    auto fenced = fences(what);
    if (!fenced) return fenced.error();
    for (const auto& [group, hold] : holds_) {  // after their generations were looked at
        if (const Status alone = hold->check(); !alone) return alone;
    }
    const auto all = engine_->topics();
    if (!all) return all.error();
    std::set<std::string> there;
    for (const TopicSpec& topic : all.value()) there.insert(topic.name);
    return engine_->names().change(
        [&](const Names& now) {
            return now.replaced(what, [&](const std::string& name) {
                return there.contains(name);
            });
        },
        fenced.value()
    );
}

Status NamedLog::clear_replaced() {
    const auto names = this->names();
    if (names->retired_topics().empty() && names->retired_groups().empty()) return ok();
    const Status removed = engine_->remove(names->retired_topics(), names->retired_groups());
    if (!removed) return removed;
    return engine_->names().change([](const Names& now) { return now.without_retired(); }, {});
}

std::string NamedLog::seen_as(std::string_view topic) const {
    return engine_->on_broker(names()->topic_on_broker(topic));
}

}  // namespace sluice::log::kafka
