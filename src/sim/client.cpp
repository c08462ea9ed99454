#include "sim/client.hpp"

#include "log/checks.hpp"

#include <string>
#include <utility>

namespace sluice::sim {

namespace {

class SimLease final : public log::Lease {
public:
    SimLease(Client& client, std::string group, std::vector<HomeId> homes)
        : client_{client},
          group_{std::move(group)},
          homes_{std::move(homes)},
          epochs_{client.broker().take(group_, homes_)} {}

    [[nodiscard]] std::span<const HomeId> homes() const override { return homes_; }

    Result<std::vector<Offset>> commit(log::Step step) override {
        const auto [fate, entropy] = client_.take_fate();
        return client_.broker().commit(group_, homes_, epochs_, std::move(step), fate, entropy);
    }

    [[nodiscard]] Result<std::optional<Offset>> consumed(
        HomeId /*home*/, const log::PartitionRef& from
    ) const override {
        if (const Status held = check(); !held) return held.error();
        return client_.broker().consumed(group_, from);
    }

    [[nodiscard]] Result<std::optional<std::string>> get(
        HomeId home, log::Table table, std::string_view key
    ) const override {
        if (const Status held = check(); !held) return held.error();
        return client_.broker().get(group_, home, table, key);
    }

    [[nodiscard]] Result<std::vector<std::pair<std::string, std::string>>> scan(
        HomeId home, log::Table table, std::string_view from, std::size_t limit
    ) const override {
        if (const Status held = check(); !held) return held.error();
        return client_.broker().scan(group_, home, table, from, limit);
    }

private:
    /// What an heir writes is not this lease's to read.
    [[nodiscard]] Status check() const { return client_.broker().held(group_, homes_, epochs_); }

    Client& client_;
    std::string group_;
    std::vector<HomeId> homes_;
    std::vector<std::uint64_t> epochs_;
};

}  // namespace

std::pair<Fate, std::uint64_t> Client::take_fate() {
    return {std::exchange(fate_, Fate::kDone), entropy_};
}

Result<std::unique_ptr<log::Lease>> Client::take(
    std::string_view group, std::vector<HomeId> homes
) {
    if (const Status valid = log::validate_homes(homes); !valid) return valid.error();
    return std::unique_ptr<log::Lease>{
        std::make_unique<SimLease>(*this, std::string{group}, std::move(homes))};
}

}  // namespace sluice::sim
