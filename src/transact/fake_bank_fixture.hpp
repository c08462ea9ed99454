#pragma once

#include <sluice/sql.hpp>

#include "store/branch_session.hpp"
#include "transact/branch_pool.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace sluice::transact::test {

/// A database in memory whose one table is an account: `execute("add", {amount})`, or with the
/// name of a transfer as well, which is kept with it. It may be away, and a hook may let each call
/// fail, before or after it was carried out.
class FakeBank {
public:
    /// "begin", "prepare", "commit", "rollback", "list"; true: after it was carried out.
    using Hook = std::function<void(const std::string& call, bool after)>;

    [[nodiscard]] OpenBranch open() {
        return [this] { return open_session(); };
    }

    void go_away(bool away) {
        const std::lock_guard lock{mutex_};
        away_ = away;
        ++connections_;  // those that there were are lost
    }

    void allow(std::size_t prepared_max) {
        const std::lock_guard lock{mutex_};
        prepared_max_ = prepared_max;
    }

    void hook(Hook hook) {
        const std::lock_guard lock{mutex_};
        hook_ = std::move(hook);
    }

    [[nodiscard]] std::int64_t balance() const {
        const std::lock_guard lock{mutex_};
        return balance_;
    }

    [[nodiscard]] std::set<std::string> transfers() const {
        const std::lock_guard lock{mutex_};
        return transfers_;
    }

    [[nodiscard]] std::vector<std::string> prepared() const {
        const std::lock_guard lock{mutex_};
        std::vector<std::string> gids;
        for (const auto& [gid, work] : prepared_) gids.push_back(gid);
        return gids;
    }

    void leave_prepared(const std::string& gid, std::int64_t amount) {
        const std::lock_guard lock{mutex_};
        prepared_[gid] = {amount, ""};
    }

    [[nodiscard]] int opened() const {
        const std::lock_guard lock{mutex_};
        return opened_;
    }

private:
    struct Work {
        std::int64_t amount{};
        std::string transfer;
    };

    friend class FakeSession;

    [[nodiscard]] Result<std::unique_ptr<store::BranchSession>> open_session();

    mutable std::mutex mutex_;
    Hook hook_;
    bool away_{false};
    int connections_{0};
    int opened_{0};
    std::size_t prepared_max_{1'000};
    std::int64_t balance_{0};
    std::map<std::string, Work> prepared_;
    std::set<std::string> transfers_;
};

class FakeSession final : public store::BranchSession, private Sql {
public:
    explicit FakeSession(FakeBank& bank, int connection) : bank_{bank}, connection_{connection} {}

    [[nodiscard]] Status examine(std::size_t prepared_max) override {
        const std::lock_guard lock{bank_.mutex_};
        if (prepared_max <= bank_.prepared_max_) return ok();
        return Error{ErrorCode::kBadConfig, "it can prepare too few"};
    }

    Sql& begin(const std::string& gid) override {
        return call<Sql&>("begin", [&]() -> Sql& {
            gid_ = gid;
            work_.emplace();
            return *this;
        });
    }

    void prepare() override {
        call<void>("prepare", [&] { bank_.prepared_[gid_] = *std::exchange(work_, std::nullopt); });
    }

    void rollback() noexcept override { work_.reset(); }

    bool commit_prepared(const std::string& gid) override {
        return call<bool>("commit", [&] {
            const auto found = bank_.prepared_.extract(gid);
            if (found.empty()) return false;
            bank_.balance_ += found.mapped().amount;
            bank_.transfers_.insert(found.mapped().transfer);
            return true;
        });
    }

    bool rollback_prepared(const std::string& gid) override {
        return call<bool>("rollback", [&] { return bank_.prepared_.erase(gid) > 0; });
    }

    [[nodiscard]] std::vector<store::PreparedBranch> prepared() override {
        return call<std::vector<store::PreparedBranch>>("list", [&] {
            std::vector<store::PreparedBranch> all;
            for (const auto& [gid, work] : bank_.prepared_) all.push_back({gid});
            return all;
        });
    }

    [[nodiscard]] bool idle() const override {
        const std::lock_guard lock{bank_.mutex_};
        return !work_ && !lost_ && connection_ == bank_.connections_;
    }

    using Sql::execute;

    std::int64_t execute(std::string_view statement, std::span<const SqlValue> values) override {
        if (statement != "add") throw SqlError{SqlError::Kind::kOther, "no such statement"};
        work_->amount += std::get<std::int64_t>(values[0]);
        if (values.size() > 1) work_->transfer = std::get<std::string>(values[1]);
        return 1;
    }

    std::vector<SqlRow> query(std::string_view, std::span<const SqlValue>) override { return {}; }

private:
    /// A connection that is lost takes what is open, and not prepared, with it.
    template <class T, class Work>
    T call(const std::string& name, Work work) {
        const FakeBank::Hook hook = [&] {
            const std::lock_guard lock{bank_.mutex_};
            return bank_.hook_;
        }();
        try {
            if (hook) hook(name, false);
            {
                const std::lock_guard lock{bank_.mutex_};
                lost_ = lost_ || bank_.away_ || connection_ != bank_.connections_;
                if (lost_) throw SqlError{SqlError::Kind::kConnection, "the connection is lost"};
                if (!hook) return work();
            }
            return after(name, hook, work);
        } catch (const SqlError& error) {
            if (error.kind() == SqlError::Kind::kConnection) lost_ = true;
            if (lost_ || name == "prepare") work_.reset();
            throw;
        }
    }

    template <class Work>
    auto after(const std::string& name, const FakeBank::Hook& hook, Work work) -> decltype(work()) {
        std::unique_lock held{bank_.mutex_};
        if constexpr (std::is_void_v<decltype(work())>) {
            work();
            held.unlock();
            hook(name, true);
        } else {
            decltype(auto) answer = work();
            held.unlock();
            hook(name, true);
            return answer;
        }
    }

    FakeBank& bank_;
    int connection_;
    bool lost_{false};
    std::string gid_;
    std::optional<FakeBank::Work> work_;
};

inline Result<std::unique_ptr<store::BranchSession>> FakeBank::open_session() {
    const std::lock_guard lock{mutex_};
    if (away_) return Error{ErrorCode::kUnavailable, "the bank is away"};
    ++opened_;
    return std::unique_ptr<store::BranchSession>{
        std::make_unique<FakeSession>(*this, connections_)};
}

}  // namespace sluice::transact::test
