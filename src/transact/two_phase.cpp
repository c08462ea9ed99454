#include <sluice/twophase.hpp>

#include "log/embedded/embedded.hpp"
#include "transact/desk.hpp"
#include "transact/options_file.hpp"

#include <memory>
#include <utility>

namespace sluice {

struct TwoPhase::Impl {
    SystemClock clock;
    std::unique_ptr<log::Log> log;
    std::unique_ptr<transact::Desk> desk;  // goes before the log
};

Result<std::unique_ptr<TwoPhase>> TwoPhase::open(const TwoPhaseOptions& options) {
    const transact::DeskOptions desk = transact::desk_options(options);
    if (Status valid = desk.validate(); !valid) return valid.error();
    auto databases = transact::databases_of(options);
    if (!databases) return databases.error();
    log::EmbeddedOptions embedded;
    embedded.directory = options.directory;
    embedded.durability =
        options.survive_power_cut ? log::Durability::kFsync : log::Durability::kProcessCrash;
    auto log = log::open_embedded_log(embedded);
    if (!log) return log.error();
    auto impl = std::make_unique<Impl>();
    impl->log = std::move(log).value();
    auto opened =
        transact::Desk::open({*impl->log, impl->clock}, std::move(databases).value(), desk);
    if (!opened) return opened.error();
    impl->desk = std::move(opened).value();
    impl->desk->start();
    // NOLINTNEXTLINE(cppcoreguidelines-owning-memory): make_unique cannot see the constructor
    return std::unique_ptr<TwoPhase>{new TwoPhase{std::move(impl)}};
}

TwoPhase::TwoPhase(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}

TwoPhase::~TwoPhase() = default;

Status TwoPhase::run(std::vector<TwoPhaseBranch> branches) {
    return impl_->desk->run(std::move(branches));
}

Status TwoPhase::failure() const {
    return impl_->desk->coordination().failure();
}

}  // namespace sluice
