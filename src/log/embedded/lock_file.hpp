#pragma once

#include <sluice/result.hpp>

#include <filesystem>
#include <memory>

namespace sluice::log {

/// `LOCK` in the directory, held with flock(2) and carrying our pid: one process per directory. The
/// kernel lets go of it when the process ends, however it ends; the file stays.
class LockFile {
public:
    /// kUnavailable says which process has it.
    static Result<std::unique_ptr<LockFile>> take(const std::filesystem::path& directory);

    ~LockFile();
    LockFile(const LockFile&) = delete;
    LockFile& operator=(const LockFile&) = delete;

private:
    explicit LockFile(int descriptor) : descriptor_{descriptor} {}

    int descriptor_;
};

}  // namespace sluice::log
