#include "log/kafka/names.hpp"

#include "base/bytes.hpp"
#include "log/kafka/snapshot_record.hpp"
#include "log/kafka/state_record.hpp"

#include <fmt/format.h>

#include <utility>

namespace sluice::log::kafka {

namespace {

constexpr std::uint8_t kNamesVersion = 1;

void write(ByteWriter& out, const std::map<std::string, std::string, std::less<>>& table) {
    out.varint(table.size());
    for (const auto& [name, on_broker] : table) {
        out.bytes(name);
        out.bytes(on_broker);
    }
}

void write(ByteWriter& out, const std::set<std::string>& names) {
    out.varint(names.size());
    for (const std::string& name : names) out.bytes(name);
}

void read(ByteReader& in, std::map<std::string, std::string, std::less<>>& table) {
    for (std::uint64_t left = in.varint(); left > 0 && in.ok(); --left) {
        std::string name{in.bytes()};
        std::string on_broker{in.bytes()};
        if (name.empty() || on_broker.empty() || name == on_broker) return in.fail();
        if (!table.emplace(std::move(name), std::move(on_broker)).second) return in.fail();
    }
}

void read(ByteReader& in, std::set<std::string>& names) {
    for (std::uint64_t left = in.varint(); left > 0 && in.ok(); --left) {
        std::string name{in.bytes()};
        if (name.empty() || !names.insert(std::move(name)).second) return in.fail();
    }
}

std::string_view without_beside(std::string_view name) {
    if (name.ends_with(kBeside)) name.remove_suffix(kBeside.size());
    return name;
}

/// What it was called on the brokers goes, unless it is what an attempt would have been called that
/// was never made.
void retire(const std::string& name, const std::string& on_broker, std::set<std::string>& retired) {
    if (name == on_broker && name.ends_with(kBeside)) return;
    retired.insert(on_broker);
}

}  // namespace

std::string Names::topic_on_broker(std::string_view name) const {
    const auto found = to_broker_.find(name);
    return found == to_broker_.end() ? std::string{name} : found->second;
}

std::string Names::group_on_broker(std::string_view name) const {
    const auto found = groups_.find(name);
    return found == groups_.end() ? std::string{name} : found->second;
}

std::optional<std::string> Names::topic_name(std::string_view on_broker) const {
    const auto found = from_broker_.find(on_broker);
    if (found != from_broker_.end()) return found->second;
    if (on_broker == kNamesTopic || hidden_.contains(on_broker)) return std::nullopt;
    return std::string{on_broker};
}

std::string Names::group_name(std::string_view on_broker) const {
    for (const auto& [name, called] : groups_) {
        if (called == on_broker) return name;
    }
    return std::string{on_broker};
}

std::string Names::fresh(std::string_view name, const IsTaken& is_taken) const {
    for (std::uint64_t number = number_;; ++number) {
        std::string candidate = fmt::format("{}.g{}", without_beside(name), number);
        if (from_broker_.contains(candidate) || hidden_.contains(candidate)) continue;
        if (is_taken(candidate) || is_taken(state_topic(candidate))) continue;
        return candidate;
    }
}

Names Names::replaced(const Replacement& what, const IsTaken& is_taken) const {
    Names next = *this;
    ++next.number_;
    for (const auto& [now, then] : what.topics) {
        retire(then, topic_on_broker(then), next.retired_topics_);
        next.topics_[then] = topic_on_broker(now);
        next.topics_.erase(now);
    }
    for (const auto& [now, then] : what.groups) {
        retire(then, group_on_broker(then), next.retired_groups_);
        next.groups_[then] = group_on_broker(now);
        next.groups_.erase(now);
    }
    next.index();
    for (const std::string& name : what.topics_gone) {
        retire(name, topic_on_broker(name), next.retired_topics_);
        next.topics_[name] = next.fresh(name, is_taken);
        next.index();
    }
    for (const std::string& name : what.groups_gone) {
        retire(name, group_on_broker(name), next.retired_groups_);
        next.groups_[name] = next.fresh(name, is_taken);
        next.index();
    }
    return next;
}

Names Names::without_retired() const {
    Names next = *this;
    next.retired_topics_.clear();
    next.retired_groups_.clear();
    next.index();
    return next;
}

void Names::index() {
    to_broker_ = topics_;
    hidden_.clear();
    hidden_.insert(retired_topics_.begin(), retired_topics_.end());
    for (const auto& [name, on_broker] : groups_) {
        to_broker_.emplace(state_topic(name), state_topic(on_broker));
        to_broker_.emplace(snapshot_topic(name), snapshot_topic(on_broker));
    }
    for (const std::string& group : retired_groups_) {
        hidden_.insert(state_topic(group));
        hidden_.insert(snapshot_topic(group));
    }
    from_broker_.clear();
    for (const auto& [name, on_broker] : to_broker_) {
        from_broker_.emplace(on_broker, name);
        hidden_.insert(name);
    }
}

std::string Names::encode() const {
    std::string bytes;
    ByteWriter out{bytes};
    out.u8(kNamesVersion);
    out.varint(number_);
    write(out, topics_);
    write(out, groups_);
    write(out, retired_topics_);
    write(out, retired_groups_);
    return bytes;
}

Result<Names> Names::decode(std::string_view bytes) {
    ByteReader in{bytes};
    const std::uint8_t version = in.u8();
    if (in.ok() && version != kNamesVersion) {
        return Error{
            ErrorCode::kUnsupported,
            fmt::format(
                "{}: version {}, and this program reads {}", kNamesTopic, version, kNamesVersion
            )};
    }
    Names names;
    names.number_ = in.varint();
    read(in, names.topics_);
    read(in, names.groups_);
    read(in, names.retired_topics_);
    read(in, names.retired_groups_);
    if (!in.at_end()) {
        return Error{
            ErrorCode::kCorrupt, fmt::format("{}: what is no table of names", kNamesTopic)};
    }
    names.index();
    return names;
}

}  // namespace sluice::log::kafka
