#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include "log/log.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace sluice::observe {

/// Where records are looked at, as a bystander: no group, nothing is written.
/// Threads:  one at a time.
/// Failure:  as its log; what came before has been taken.
class Source {
public:
    virtual ~Source() = default;

    /// Gets each record; an error ends the reading and is its answer.
    using Take = std::function<Status(const log::PartitionRef&, const log::StoredRecord&)>;

    struct Extent {
        std::uint32_t partitions{};
        std::uint32_t
            cut{};  ///< of them, whose beginning is gone, so that records of the window may be, too
    };

    /// Every record of these topics that is there now and not older than `since`, each partition in
    /// its order. Topics that are not there are left out of the answer.
    [[nodiscard]] virtual Result<std::map<std::string, Extent>> read(
        const std::vector<std::string>& topics, Instant since, const Take& take
    ) = 0;

    /// How much later than they were written a group reads the records of each topic: the age of
    /// the first one that it has not read. kNotFound: it has no offset in any of them.
    [[nodiscard]] virtual Result<std::map<std::string, Milliseconds>> lag_of(
        const std::string& group, const std::vector<std::string>& topics, Instant now
    ) = 0;
};

/// Over any log that is open here.
/// Lifetime: the log outlives it.
class LogSource final : public Source {
public:
    explicit LogSource(const log::Log& log) : log_{log} {}

    [[nodiscard]] Result<std::map<std::string, Extent>> read(
        const std::vector<std::string>& topics, Instant since, const Take& take
    ) override;

    [[nodiscard]] Result<std::map<std::string, Milliseconds>> lag_of(
        const std::string& group, const std::vector<std::string>& topics, Instant now
    ) override;

private:
    const log::Log& log_;
};

}  // namespace sluice::observe
