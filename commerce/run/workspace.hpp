#pragma once

#include <sluice/result.hpp>

#include "commerce/run/options.hpp"

#include <filesystem>
#include <string>

namespace sluice::commerce {

/// Where a run keeps what it has:
///
///     run.json                  what was asked for; a run that is resumed must ask for the same
///     raw/                      generated CSV files; with --data they lie elsewhere
///     additions/                what the seed rule added, and its summary
///     log/                      the embedded log, or a copy of the state on Kafka
///     prefix                    in front of the names of this run's topics on Kafka
///     read-models/NAME.sqlite   a database per service
///     plain/NAME.sqlite         the same, filled by plain per-topic consumers
///     published                 how far the schedule has been published
///
/// A temporary one is removed at the end.
/// Failure: kInvalidArgument when the directory holds another run, saying how they differ; kIo.
class Workspace {
public:
    [[nodiscard]] static Result<Workspace> open(const RunOptions& options);

    /// Of a run that is there; kNotFound otherwise.
    [[nodiscard]] static Result<Workspace> existing(const std::string& state);

    Workspace(Workspace&& other) noexcept;
    Workspace& operator=(Workspace&&) = delete;
    ~Workspace();

    /// What the run was asked for, with `state` as this directory.
    [[nodiscard]] const RunOptions& options() const { return options_; }

    [[nodiscard]] std::filesystem::path raw() const;

    [[nodiscard]] std::filesystem::path additions() const { return root_ / "additions"; }

    /// No two runs meet on one cluster.
    [[nodiscard]] std::string kafka_prefix() const;

    [[nodiscard]] std::filesystem::path log() const { return root_ / "log"; }

    [[nodiscard]] std::filesystem::path read_models() const { return root_ / "read-models"; }

    [[nodiscard]] std::filesystem::path plain_models() const { return root_ / "plain"; }

    [[nodiscard]] std::filesystem::path cursor() const { return root_ / "published"; }

private:
    Workspace(std::filesystem::path root, RunOptions options, bool temporary)
        : root_{std::move(root)},
          options_{std::move(options)},
          temporary_{temporary} {}

    std::filesystem::path root_;
    RunOptions options_;
    bool temporary_;
};

/// Replaces a small file as a whole; what it holds is on disk when this returns.
[[nodiscard]] Status write_file(const std::filesystem::path& path, std::string_view text);

}  // namespace sluice::commerce
