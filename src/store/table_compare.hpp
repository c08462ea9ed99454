#pragma once

#include <sluice/rebuild.hpp>

#include "store/session.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::store {

/// Two read models of one service, held against each other as they are at one moment: whoever makes
/// it keeps both from being written to for as long as `take` takes, and no longer; what is written
/// later is not seen.
/// Threads:  one at a time.
/// Failure:  SqlError, as the session throws it.
class TwoModels {
public:
    /// kUnavailable and the like: as Database::open_session.
    [[nodiscard]] static Result<TwoModels> take(
        const std::string& live_file, const std::string& other_file
    );

    /// Every table and view that both have, but those whose name begins with "_", "sqlite" or
    /// "sluice_": rows that differ, and the sums of all columns that hold integers only. A table
    /// with other columns in the two differs in every row.
    [[nodiscard]] std::vector<TableDifference> compare();

    /// How many rows of a dated table whose day lies before `day` are not the same in both.
    [[nodiscard]] std::uint64_t moved_before(
        const std::string& table, const std::string& column, const std::string& day
    );

    /// Subjects that the other's inbox has further than the live one's, at most `limit` of them.
    [[nodiscard]] std::vector<std::string> ahead(
        const std::string& live, const std::string& other, std::size_t limit
    );

private:
    explicit TwoModels(std::unique_ptr<Session> session) : session_{std::move(session)} {}

    [[nodiscard]] std::vector<std::string> columns(const std::string& in, const std::string& table);
    [[nodiscard]] std::uint64_t count(const std::string& select);
    void add_sums(TableDifference& to, const std::vector<std::string>& columns);

    std::unique_ptr<Session> session_;
};

/// Inbox rows of some names in one file.
struct InboxRows {
    std::string file;
    std::vector<std::string> names;  ///< two
};

/// Copies inbox rows: `to`, in its file, gets for each subject how far `from` is; only upwards, and
/// in one transaction. Answers how many rows have moved.
[[nodiscard]] Result<std::int64_t> inherit_inbox(
    const InboxRows& from, const std::string& to_file, const std::string& to, Instant now
);

}  // namespace sluice::store
