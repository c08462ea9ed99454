#pragma once

#include <sluice/result.hpp>

#include "daemon/config/contract_store.hpp"
#include "daemon/config/shape_config.hpp"
#include "project/jq_program.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace sluice::daemon {

/// Cuts states for who asks for them: without personal fields, or as a subscription has its events
/// cut.
/// Threads:  any.
/// Failure:  kNotFound: no such subscription, and which there are; kConflict: the state cannot be
///           cut so; kUnavailable: no program can be run.
class StateCuts {
public:
    explicit StateCuts(project::JqPrograms::Options programs) : programs_{std::move(programs)} {}

    StateCuts() : StateCuts{project::JqPrograms::Options{}} {}

    void add(const std::string& domain, const std::string& subscription, const ShapeConfig& shape);

    void remove(const std::string& domain, const std::string& subscription);

    /// `projection`: a subscription of the contract's domain; empty: none.
    [[nodiscard]] Result<std::string> cut(
        const contract::Contract& contract, std::string_view projection, std::string state
    ) const;

private:
    struct Projection {
        std::shared_ptr<const project::FieldNode> keep;
        std::string jq;
        bool personal{false};
        std::mutex mutex;  ///< of the program, which is started when it is first asked for
        std::optional<project::JqProgram> program;
    };

    using ProjectionPtr = std::shared_ptr<Projection>;  // one may be taken away while it cuts

    [[nodiscard]] Result<ProjectionPtr> find(std::string_view domain, std::string_view name) const;
    [[nodiscard]] Result<std::string> run(Projection& projection, std::string_view state) const;

    project::JqPrograms::Options programs_;
    mutable std::mutex mutex_;  ///< of what follows
    std::map<std::pair<std::string, std::string>, ProjectionPtr> all_;
};

}  // namespace sluice::daemon
