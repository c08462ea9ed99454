#pragma once

#include "deliver/sink.hpp"
#include "deliver/wanted_types.hpp"
#include "event/limits.hpp"

#include <string>

namespace sluice::deliver {

/// Appends events to a file as JSON Lines: one structured CloudEvent a line, with its
/// `subjectposition`, each subject in order; synced before `deliver` answers. A crash between the
/// write and the progress writes events again: a line whose position is not above the last one of
/// its subject is such a repetition, and a reader passes over it.
/// Threads:  one at a time, one process per file (it is locked).
/// Failure:  a write that fails is taken back and answered kNotTried. After a failed sync nothing
///           more is written: what the disk holds is not known any more, so the process has to be
///           started again.
/// Limits:   the disk; the file is not rotated.
class FileSink final : public Sink {
public:
    struct Options {
        std::string path;
        WantedTypes types;  ///< empty: all
        event::EventLimits limits;
    };

    /// Makes the file, or goes on at its end; a torn last line (of a crash) is cut.
    [[nodiscard]] static Result<std::unique_ptr<FileSink>> open(Options options);

    ~FileSink() override;
    FileSink(const FileSink&) = delete;
    FileSink& operator=(const FileSink&) = delete;

    [[nodiscard]] bool wants(std::string_view type) const override;

    [[nodiscard]] std::vector<dispatch::RunOutcome> deliver(std::span<const RunWork> runs) override;

    /// Of the torn line that `open` cut.
    [[nodiscard]] std::uint64_t bytes_cut() const { return bytes_cut_; }

private:
    FileSink(Options options, int file) : options_{std::move(options)}, file_{file} {}

    Status cut_torn_line();
    Status append(const std::string& lines);

    Options options_;
    int file_;
    std::uint64_t size_{0};
    std::uint64_t bytes_cut_{0};
    std::string broken_;  ///< why nothing more is written; empty: it is not so
};

}  // namespace sluice::deliver
