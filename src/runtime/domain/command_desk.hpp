#pragma once

#include <sluice/result.hpp>

#include "log/log.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::runtime {

/// A command on its way: its record, and where it is read. Two of one subject have different ids.
struct OutgoingCommand {
    HomeId home;
    std::string id;
    std::string subject;
    Record record;
};

/// What has become of a command.
struct CommandFate {
    enum class State : std::uint8_t {
        kPending,  ///< nobody has read it yet
        kDone,
        kRefused,  ///< it did not fit (any more), and nothing was changed
    };

    State state{State::kPending};
    std::string detail;  ///< one line for a person

    bool operator==(const CommandFate&) const = default;
};

/// Where commands are read, by which group, and where they lie afterwards with what became of them.
struct CommandTopics {
    std::string in;
    std::string group;
    std::string out;
};

/// Of the choices about what waits before the ordered topic: repartition, and aside.
[[nodiscard]] CommandTopics sequencer_commands(std::string_view domain);

/// Of the choices about subscriptions and their backlogs: commands, and audit.
[[nodiscard]] CommandTopics subscription_commands(std::string_view domain);

/// In the audit topic, behind a command's own headers: "done: <how it stood and stands>" or
/// "refused: <why>".
inline constexpr std::string_view kOutcomeHeader = "sluice-outcome";

/// In the audit topic, on the record that an edited copy has replaced: the id of the command.
inline constexpr std::string_view kOriginalHeader = "sluice-original";

/// Puts operators' commands where their owner reads them, and looks for what has become of them.
/// A command that lies in the log is carried out once, whether anybody waits for it or not.
/// Threads:  any.
/// Lifetime: the log outlives it.
/// Failure:  those of the log. An error of `send` after its first commands were written leaves
///           those to be carried out; so does the end of the process. `earlier` tells of it.
/// Limits:   `kLookBack` records of each home are looked at for an earlier command, of those that
///           are read and of those that are not.
class CommandDesk {
public:
    static constexpr std::int64_t kLookBack = 20'000;

    CommandDesk(log::Log& log, CommandTopics topics, std::uint32_t homes)
        : log_{log},
          topics_{std::move(topics)},
          homes_{homes} {}

    /// Commands that were sent, and how far their outcomes were looked for.
    class Ticket {
    public:
        [[nodiscard]] const std::vector<std::string>& subjects() const { return subjects_; }

        [[nodiscard]] const std::vector<CommandFate>& fates() const { return fates_; }

        [[nodiscard]] bool all_known() const { return open_.empty(); }

        /// Whoever sent them was to send more, and was cut short.
        [[nodiscard]] bool cut_short() const { return fates_.size() < meant_; }

        [[nodiscard]] bool has(HomeId home, const std::string& subject) const {
            return sent_.contains({home, subject});
        }

        /// When the first of them was given.
        [[nodiscard]] Instant given_at() const { return given_at_; }

    private:
        friend class CommandDesk;

        using Key = std::pair<HomeId, std::pair<std::string, std::string>>;  // home, id, subject

        void add(Key key, CommandFate fate);
        void found(const Record& command);

        std::vector<std::string> subjects_;     ///< in the order of the commands
        std::vector<CommandFate> fates_;        ///< likewise
        std::multimap<Key, std::size_t> open_;  ///< the indexes of those that are pending
        std::map<HomeId, Offset> looked_up_to_;
        std::set<std::pair<HomeId, std::string>> sent_;  ///< and the subject
        std::size_t meant_{0};                           ///< how many they were to be
        Instant given_at_{std::numeric_limits<std::int64_t>::max()};
    };

    /// All that are given as one. Durable when it returns.
    [[nodiscard]] Result<Ticket> send(std::vector<OutgoingCommand> commands);

    /// More of those whose sender was cut short.
    [[nodiscard]] Status send_more(Ticket& ticket, std::vector<OutgoingCommand> commands);

    /// Until all is known or `patience` is over.
    [[nodiscard]] Status await(Ticket& ticket, std::chrono::milliseconds patience) const;

    /// The commands with that id that were sent before, if they are not too long ago: what became
    /// of them, or that they lie there unread.
    [[nodiscard]] Result<Ticket> earlier(std::string_view id) const;

private:
    Status look(Ticket& ticket) const;
    Status visit_unread(HomeId home, const std::function<void(const Record&)>& visit) const;
    Status look_for(std::string_view id, HomeId home, Ticket& ticket) const;

    log::Log& log_;
    CommandTopics topics_;
    std::uint32_t homes_;
};

}  // namespace sluice::runtime
