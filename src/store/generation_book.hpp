#pragma once

#include <sluice/rebuild.hpp>

#include "rebuild/generations.hpp"
#include "rebuild/progress.hpp"
#include "store/session.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::store {

/// The book of a read model's generations: a small database beside the file that it began with. It
/// says which generation is live: a switch is one transaction here. What operators want stands in
/// it too, with who, when, why and what became of it (docs/formats/generations.md).
/// Threads:  one at a time; any number of processes at once.
/// Failure:  SqlError, as the session throws it.
class GenerationBook {
public:
    /// A wish as it was written down.
    struct Wish {
        std::int64_t number{};
        RebuildWish what;
    };

    /// The book's file for a read model's, and the file of a generation `name`.
    [[nodiscard]] static std::string path_of(const std::string& sqlite_file);
    [[nodiscard]] static std::string file_of(
        const std::string& sqlite_file, const std::string& first, const std::string& name
    );

    /// Makes the book if it is not there, with `first` as the live generation. kCorrupt: it is
    /// another's, or damaged.
    [[nodiscard]] static Result<GenerationBook> make(
        const std::string& sqlite_file, const std::string& first, Instant now
    );

    /// kNotFound: there is none.
    [[nodiscard]] static Result<GenerationBook> open(const std::string& sqlite_file);

    [[nodiscard]] std::vector<ReadModel> all() const;
    [[nodiscard]] Result<rebuild::Generations> generations() const;

    /// How far a generation is, and how many of its subjects are parked.
    void note(
        const std::string& name,
        const rebuild::Progress& progress,
        std::uint64_t parked,
        Instant now
    );

    std::int64_t ask(const RebuildWish& wish, Instant now);
    [[nodiscard]] std::optional<Wish> next_wish() const;
    [[nodiscard]] std::optional<RebuildOutcome> outcome(std::int64_t wish) const;

    /// Both in one transaction: what the generations have become, and that the wish is answered. A
    /// generation that is new is what the wish says.
    void settle(
        const rebuild::Generations& now_are,
        const std::optional<Wish>& wish,
        const RebuildOutcome& outcome,
        Instant now
    );

    void put_comparison(std::int64_t wish, const std::vector<TableDifference>& found);
    [[nodiscard]] std::vector<TableDifference> comparison(std::int64_t wish) const;

private:
    GenerationBook(std::unique_ptr<Session> session, std::string sqlite_file)
        : session_{std::move(session)},
          sqlite_file_{std::move(sqlite_file)} {}

    void store(const rebuild::Generation& one, const std::optional<Wish>& wish, Instant now);

    std::unique_ptr<Session> session_;
    std::string sqlite_file_;
};

}  // namespace sluice::store
