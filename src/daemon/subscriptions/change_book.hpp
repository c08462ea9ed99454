#pragma once

#include <sluice/result.hpp>

#include "daemon/subscriptions/catalog.hpp"
#include "log/log.hpp"

#include <functional>
#include <string_view>

namespace sluice::daemon {

/// The topic of changes, and what it comes to so far.
/// Threads:  one at a time.
/// Lifetime: the log outlives it.
/// Failure:  as the log; what is no change, or a newer Sluice's, is told and passed over.
/// Limits:   kUnavailable when what was written is not seen within `kPatience`: it may count.
class ChangeBook {
public:
    using Tell = std::function<void(std::string_view what)>;

    ChangeBook(log::Log& log, Tell tell) : log_{log}, tell_{std::move(tell)} {}

    /// Reads what has come. The topic is made with the first change; without it there is none.
    Status catch_up();

    /// Durable when it returns; as Catalog::apply answers.
    Status write(const Change& change);

    [[nodiscard]] const Catalog& catalog() const { return catalog_; }

private:
    Status read_on(Offset watched, Status& verdict);

    log::Log& log_;
    Tell tell_;
    Catalog catalog_;
    bool is_there_{false};  ///< the topic was seen
    Offset next_{0};
};

}  // namespace sluice::daemon
