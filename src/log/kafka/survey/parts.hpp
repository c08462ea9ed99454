#pragma once

#include "log/kafka/survey/client.hpp"
#include "log/kafka/survey/surveyor.hpp"

namespace sluice::log::kafka {

/// Only surveyor_*.cpp include this.
struct Surveyor::Parts {
    std::unique_ptr<survey::Client> client;
};

}  // namespace sluice::log::kafka
