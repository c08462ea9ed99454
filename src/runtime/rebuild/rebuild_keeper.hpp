#pragma once

#include <sluice/result.hpp>

#include "runtime/rebuild/rebuilt_service.hpp"

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace sluice::runtime {

/// Looks, a few times a second, what is wanted of the services whose read models can be rebuilt.
/// Beside the log it leaves where their read models lie, so that `sluice rebuild` finds them.
/// Threads:  `add` before `start`, from one thread; the looking has a thread of its own; `stop` and
///           `failure` from any.
/// Lifetime: engine and clock outlive it; it outlives the engine's running.
/// Failure:  what a look cannot mend is kept as `failure`, and the looking ends.
class RebuildKeeper {
public:
    RebuildKeeper(Engine& engine, const Clock& clock, std::filesystem::path directory)
        : engine_{engine},
          clock_{clock},
          directory_{std::move(directory)} {}

    ~RebuildKeeper() { static_cast<void>(stop()); }

    RebuildKeeper(const RebuildKeeper&) = delete;
    RebuildKeeper& operator=(const RebuildKeeper&) = delete;

    /// Errors as RebuiltService::open.
    [[nodiscard]] Status add(RebuiltService::Options options);

    [[nodiscard]] Status start();

    /// Ends the looking; what is being carried out is finished or left to the next process. Safe to
    /// repeat. Answers `failure`.
    Status stop();

    [[nodiscard]] Status failure() const;

    /// Where the read model of a service lies, as its process has left it; kNotFound names those
    /// that there are. `domain` may be empty.
    [[nodiscard]] static Result<std::string> find(
        const std::filesystem::path& directory,
        const std::string& domain,
        const std::string& service
    );

private:
    [[nodiscard]] Status leave_note(const RebuiltService::Options& of) const;
    void look(const std::stop_token& stop);

    Engine& engine_;
    const Clock& clock_;
    std::filesystem::path directory_;
    std::vector<std::unique_ptr<RebuiltService>> services_;
    mutable std::mutex mutex_;
    Status failure_{ok()};
    std::jthread thread_;  ///< last: joins before anything it looks at goes
};

}  // namespace sluice::runtime
