#pragma once

#include "sim/backend.hpp"
#include "sim/broker.hpp"
#include "sim/client.hpp"

#include <memory>
#include <vector>

namespace sluice::sim {

/// The simulated broker with a client per instance.
class SimBackend final : public Backend {
public:
    explicit SimBackend(const Setup& setup) : broker_{setup.markers} {
        for (std::uint32_t i = 0; i < setup.instances; ++i) {
            clients_.push_back(std::make_unique<Client>(broker_));
        }
    }

    [[nodiscard]] log::Log& log(std::size_t who) override { return *clients_[who]; }

    void meet(std::size_t who, Fate fate, std::uint64_t entropy) override {
        clients_[who]->meet(fate, entropy);
    }

    bool show_one(std::size_t which) override { return broker_.show_one(which); }

    [[nodiscard]] std::uint64_t torn() const override { return broker_.torn(); }

private:
    Broker broker_;
    std::vector<std::unique_ptr<Client>> clients_;
};

}  // namespace sluice::sim
