#pragma once

#include "log/log.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace sluice::runtime::test {

/// Who has which home of which group, as a test says: what a Kafka group decides.
/// Threads: any.
class HomeBoard {
public:
    [[nodiscard]] log::Share share(const std::string& group, std::size_t who) const {
        const std::lock_guard lock{mutex_};
        const auto found = shares_.find({group, who});
        return found == shares_.end() ? log::Share{} : found->second;
    }

    /// `owners[home]` has it from now on.
    void deal(const std::string& group, const std::vector<std::size_t>& owners, std::size_t of) {
        const std::lock_guard lock{mutex_};
        ++round_;
        for (std::size_t who = 0; who < of; ++who) {
            log::Share& share = shares_[{group, who}];
            share = {round_, {}};
            for (std::size_t home = 0; home < owners.size(); ++home) {
                if (owners[home] != who) continue;
                share.homes.push_back(HomeId{static_cast<std::uint32_t>(home)});
            }
        }
    }

private:
    mutable std::mutex mutex_;
    std::uint64_t round_{0};
    std::map<std::pair<std::string, std::size_t>, log::Share> shares_;
};

/// One log as one of several processes sees it: the homes are shared out by a board.
/// Threads: any. Lifetime: log and board outlive it.
class SharedLog final : public log::Log {
public:
    SharedLog(log::Log& real, const HomeBoard& board, std::size_t who)
        : real_{real},
          board_{board},
          who_{who} {}

    Status create_topic(const log::TopicSpec& spec) override { return real_.create_topic(spec); }

    [[nodiscard]] Result<std::optional<log::TopicSpec>> topic(std::string_view name
    ) const override {
        return real_.topic(name);
    }

    [[nodiscard]] Result<std::vector<log::TopicSpec>> topics() const override {
        return real_.topics();
    }

    [[nodiscard]] Result<log::Ends> ends(const log::PartitionRef& of) const override {
        return real_.ends(of);
    }

    [[nodiscard]] Result<log::Records> read(
        const log::PartitionRef& of, Offset from, const log::ReadLimits& limits
    ) const override {
        return real_.read(of, from, limits);
    }

    Result<std::vector<Offset>> publish(std::vector<log::Append> appends) override {
        return real_.publish(std::move(appends));
    }

    [[nodiscard]] Result<std::unique_ptr<log::Membership>> join(const log::GroupSpec& group
    ) override {
        return std::unique_ptr<log::Membership>{std::make_unique<Member>(board_, group.name, who_)};
    }

    /// Only what the board has dealt to this process; whoever held it is fenced.
    Result<std::unique_ptr<log::Lease>> take(std::string_view group, std::vector<HomeId> homes)
        override {
        const log::Share share = board_.share(std::string{group}, who_);
        for (const HomeId home : homes) {
            if (std::binary_search(share.homes.begin(), share.homes.end(), home)) continue;
            return Error{ErrorCode::kFenced, "another process has it"};
        }
        return real_.take(group, std::move(homes));
    }

    [[nodiscard]] Result<std::optional<Offset>> consumed_by(
        std::string_view group, const log::PartitionRef& from
    ) const override {
        return real_.consumed_by(group, from);
    }

    [[nodiscard]] Result<std::vector<std::pair<std::string, std::string>>> peek(
        std::string_view group,
        HomeId home,
        log::Table table,
        std::string_view from,
        std::size_t limit
    ) const override {
        return real_.peek(group, home, table, from, limit);
    }

    Status trim(const log::PartitionRef& of, Offset below) override {
        return real_.trim(of, below);
    }

    [[nodiscard]] std::uint64_t version() const override { return real_.version(); }

    void wait_for_change(std::uint64_t seen, std::chrono::milliseconds timeout) const override {
        real_.wait_for_change(seen, std::min(timeout, std::chrono::milliseconds{10}));
    }

    [[nodiscard]] std::size_t record_bytes_max() const override { return real_.record_bytes_max(); }

private:
    class Member final : public log::Membership {
    public:
        Member(const HomeBoard& board, std::string group, std::size_t who)
            : board_{board},
              group_{std::move(group)},
              who_{who} {}

        [[nodiscard]] log::Share share() const override { return board_.share(group_, who_); }

        [[nodiscard]] std::uint64_t round() const override { return share().round; }

    private:
        const HomeBoard& board_;
        std::string group_;
        std::size_t who_;
    };

    log::Log& real_;
    const HomeBoard& board_;
    std::size_t who_;
};

}  // namespace sluice::runtime::test
