#pragma once

#include <sluice/result.hpp>

#include "log/replacement.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace sluice::log::kafka {

/// Where they lie: one record, in one partition (docs/formats/kafka-state.md).
inline constexpr std::string_view kNamesTopic = "sluice.names";

/// What topics and groups are called on the brokers, where that is not what they are called here: a
/// topic cannot be renamed, so what has taken the place of another has the name that it was made
/// with. What is not named here has one name. Nothing here knows of the prefix. Pure.
class Names {
public:
    /// Whether a topic of that name is on the brokers already.
    using IsTaken = std::function<bool(const std::string& on_broker)>;

    [[nodiscard]] std::string topic_on_broker(std::string_view name) const;
    [[nodiscard]] std::string group_on_broker(std::string_view name) const;

    /// What a topic on the brokers is called here; nothing: it is not to be seen, since it was
    /// replaced, or is the one of the names.
    [[nodiscard]] std::optional<std::string> topic_name(std::string_view on_broker) const;
    [[nodiscard]] std::string group_name(std::string_view on_broker) const;

    /// The names afterwards. What loses its place is retired; what is gone gets a name that nobody
    /// has had.
    [[nodiscard]] Names replaced(const Replacement& what, const IsTaken& is_taken) const;

    /// On the brokers, and to be deleted there.
    [[nodiscard]] const std::set<std::string>& retired_topics() const { return retired_topics_; }

    [[nodiscard]] const std::set<std::string>& retired_groups() const { return retired_groups_; }

    /// The names when that is done.
    [[nodiscard]] Names without_retired() const;

    /// Name here -> on the brokers, of those that have two.
    [[nodiscard]] const std::map<std::string, std::string, std::less<>>& topics() const {
        return topics_;
    }

    /// Everybody has one name.
    [[nodiscard]] bool is_plain() const { return topics_.empty() && groups_.empty(); }

    [[nodiscard]] std::string encode() const;

    /// kCorrupt: it is none. kUnsupported: of another version.
    [[nodiscard]] static Result<Names> decode(std::string_view bytes);

    bool operator==(const Names& other) const {
        return number_ == other.number_ && topics_ == other.topics_ && groups_ == other.groups_ &&
               retired_topics_ == other.retired_topics_ && retired_groups_ == other.retired_groups_;
    }

private:
    using Table = std::map<std::string, std::string, std::less<>>;

    [[nodiscard]] std::string fresh(std::string_view name, const IsTaken& is_taken) const;
    void index();

    std::uint64_t number_{0};  ///< of the last replacement
    Table topics_;             ///< name here -> on the brokers
    Table groups_;
    std::set<std::string> retired_topics_;
    std::set<std::string> retired_groups_;

    // What follows from it, with the topics that groups have of their own.
    Table to_broker_;
    Table from_broker_;
    std::set<std::string, std::less<>> hidden_;
};

}  // namespace sluice::log::kafka
