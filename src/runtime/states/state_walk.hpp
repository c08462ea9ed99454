#pragma once

#include <sluice/result.hpp>

#include "base/ids.hpp"
#include "log/log.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::runtime {

/// Walks over the entries of a home, a page in each step, and takes away what is to go.
/// Threads:  one at a time.
/// Failure:  those of the log.
/// Limits:   looks at `kKeys` keys in a step.
class StateWalk {
public:
    static constexpr std::size_t kKeys = 1'000;

    /// Of a subject whose entries are all taken away.
    using Forget = std::function<void(std::string_view subject)>;

    /// What lies below `first` in the ordered partition is no more.
    void trimmed(Offset first);

    /// All entries were made by another reducer. Until it is done nothing may be folded.
    void renew();

    [[nodiscard]] bool is_renewing() const { return kind_ == Kind::kRenew; }

    [[nodiscard]] bool is_due() const { return kind_ != Kind::kNone || first_ > walked_from_; }

    /// A page: its changes go into the step.
    [[nodiscard]] Status go_on(
        const log::Lease& lease, HomeId home, const Forget& forget, log::Step& step
    );

private:
    enum class Kind : std::uint8_t { kNone, kTrim, kRenew };

    /// The entry that lies above the next one: a newer one of the same subject, if any is there. Of
    /// a renewal the one that stays.
    struct Above {
        std::string subject;
        std::string key;  ///< empty: it is taken away, or there was none yet
        bool whole{false};
    };

    using Entry = std::pair<std::string, std::string>;

    struct Page {
        const log::Lease& lease;
        HomeId home;
        const Forget& forget;
        log::Step& step;
    };

    [[nodiscard]] Status trim(const Page& page, const Entry& one);
    [[nodiscard]] Status renew_page(const Page& page, const std::vector<Entry>& entries);
    [[nodiscard]] static Status make_whole(const Page& page, const std::string& key);

    Kind kind_{Kind::kNone};
    Offset first_{0};
    Offset walked_from_{0};  ///< `first_` when the last walk began
    std::string at_;         ///< the key where it goes on
    Above above_;
};

}  // namespace sluice::runtime
