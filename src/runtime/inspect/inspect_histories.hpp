#pragma once

#include <sluice/result.hpp>

#include "base/ids.hpp"
#include "log/log.hpp"
#include "sequence/history.hpp"
#include "sequence/subject.hpp"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sluice::runtime {

using NamedHistories = std::map<std::string, sequence::SubjectHistory, std::less<>>;

/// The histories of some subjects of one home as they stand, without a lease: the stored ones and
/// what the ordered topic says beyond them. Those of which nothing was released are not there.
/// Failure:  as Log::peek and Log::read; kCorrupt for what cannot be read.
/// Limits:   reads the records that an opening would fold: HistoryLimits::records_max, about.
[[nodiscard]] Result<NamedHistories> peek_histories(
    const log::Log& log, std::string_view domain, HomeId home, std::span<const std::string> subjects
);

/// What waits of a subject, with the history that is given; nothing where nothing waits. It may be
/// released or come while it is looked at: then it is looked at again. kUnavailable when it
/// changes too fast to be seen whole.
[[nodiscard]] Result<std::optional<sequence::Subject>> peek_waiting(
    const log::Log& log,
    std::string_view domain,
    HomeId home,
    std::string_view subject,
    const sequence::SubjectHistory& history
);

}  // namespace sluice::runtime
