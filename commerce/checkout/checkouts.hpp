#pragma once

#include <sluice/result.hpp>

#include "base/clock.hpp"
#include "commerce/checkout/participant.hpp"
#include "log/log.hpp"
#include "orchestrate/saga_session.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace sluice::commerce {

/// How many checkouts of how large a shop, and how often what goes wrong, in a thousand.
struct CheckoutOptions {
    std::uint64_t seed{1};
    std::size_t checkouts{300};
    std::size_t members{100};
    std::size_t at_once{256};       ///< sagas under way; more are begun as others end
    unsigned lost_permille{20};     ///< of commands and answers
    unsigned doubled_permille{20};  ///< likewise
    unsigned later_permille{20};    ///< "not now"
    unsigned cancel_permille{5};    ///< of sagas, by their callers, at any time
    unsigned crash_permille{10};    ///< of steps: the process dies, and another opens the log
};

struct CheckoutSummary {
    std::size_t done{};
    std::size_t compensated{};
    std::size_t steps{};  ///< of the log
    std::size_t crashes{};
    std::size_t commands{};  ///< that reached a service
};

/// Checkouts over the log and four services with a database each, while all goes wrong that can.
/// One thread, a clock of its own and a seed: the same run again.
/// Threads:  one.
/// Lifetime: the directory outlives it.
/// Failure:  `run` and `audit`: kConflict says which books do not agree, or what does not end.
class Checkouts {
public:
    using OpenLog = std::function<Result<std::unique_ptr<log::Log>>()>;

    /// Databases in that directory; `open_log` opens the same log again and again.
    [[nodiscard]] static Result<std::unique_ptr<Checkouts>> open(
        const CheckoutOptions& options, const std::filesystem::path& directory, OpenLog open_log
    );

    ~Checkouts();

    /// Begins all of them and goes on until each has ended.
    [[nodiscard]] Status run();

    /// Stock, coupons and money are where the sagas say, to the piece and the cent. What was
    /// counted.
    [[nodiscard]] Result<CheckoutSummary> audit();

private:
    struct Impl;
    explicit Checkouts(std::unique_ptr<Impl> impl);

    std::unique_ptr<Impl> impl_;
};

}  // namespace sluice::commerce
