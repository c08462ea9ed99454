#include "log/log.hpp"

#include <fmt/format.h>

namespace sluice::log {

namespace {

class AllHomes final : public Membership {
public:
    explicit AllHomes(std::uint32_t homes) {
        for (HomeId home{0}; home.value < homes; home = home.next()) share_.homes.push_back(home);
    }

    [[nodiscard]] Share share() const override { return share_; }

    [[nodiscard]] std::uint64_t round() const override { return share_.round; }

private:
    Share share_;
};

}  // namespace

Result<std::unique_ptr<Membership>> Log::join(const GroupSpec& group) {
    const auto topic = this->topic(group.home_topic);
    if (!topic) return topic.error();
    if (!topic.value()) {
        return Error{
            ErrorCode::kNotFound,
            fmt::format("group {}: there is no topic {}", group.name, group.home_topic)};
    }
    return std::unique_ptr<Membership>{std::make_unique<AllHomes>(topic.value()->partitions)};
}

}  // namespace sluice::log
