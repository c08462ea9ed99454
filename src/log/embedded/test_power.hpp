#pragma once

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace sluice::log::test {

/// A file system as the power sees it: what was appended and not synced lies in our memory alone,
/// and names that were made, changed or removed are uncertain until their directory is synced. So
/// `cut` (or kill -9) leaves on the real disk what a power cut would, and no more.
///
/// A sync writes its 4 KiB pages in an order drawn from the seed, and passes the danger point
/// "power.page" before each: a process killed there leaves a torn group of any shape.
/// Threads:  any.
/// Lifetime: outlives the database on it.
/// Failure:  after `cut` whatever changes the disk answers IOError.
class PowerCutFileSystem final : public rocksdb::FileSystemWrapper {
public:
    explicit PowerCutFileSystem(std::uint64_t seed);

    /// The power goes at the nth change of the disk from now on (1: the next).
    void cut_at(std::uint64_t change);

    /// Of the disk, until now.
    [[nodiscard]] std::uint64_t changes() const;

    /// The power goes now.
    void cut();

    [[nodiscard]] bool is_cut() const;

    /// Once the database is gone: of the pages that were not synced those stay for which `keeps`
    /// (of file and page number) says so. Without it, one in four.
    using Keeps = std::function<bool(const std::string& file, std::uint64_t page)>;
    void lose(const Keeps& keeps = {});

    [[nodiscard]] const char* Name() const override { return "power cut"; }

    rocksdb::IOStatus NewWritableFile(
        const std::string& name,
        const rocksdb::FileOptions& options,
        std::unique_ptr<rocksdb::FSWritableFile>* file,
        rocksdb::IODebugContext* debug
    ) override;
    rocksdb::IOStatus NewDirectory(
        const std::string& name,
        const rocksdb::IOOptions& options,
        std::unique_ptr<rocksdb::FSDirectory>* directory,
        rocksdb::IODebugContext* debug
    ) override;
    rocksdb::IOStatus DeleteFile(
        const std::string& name, const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug
    ) override;
    rocksdb::IOStatus RenameFile(
        const std::string& from,
        const std::string& to,
        const rocksdb::IOOptions& options,
        rocksdb::IODebugContext* debug
    ) override;

    // For the files of this system.
    [[nodiscard]] rocksdb::IOStatus change();
    [[nodiscard]] rocksdb::IOStatus write_pages(
        const std::string& name, std::uint64_t at, const std::string& bytes
    );
    void keep_unsynced(const std::string& name, std::uint64_t at, std::string bytes);
    void synced(const std::filesystem::path& directory);

private:
    /// A name that changed: what it stood for before, if anything.
    struct Renamed {
        std::filesystem::path path;
        std::optional<std::string> before;
    };

    struct Unsynced {
        std::uint64_t at;
        std::string bytes;
    };

    void remember(const std::filesystem::path& path);

    mutable std::mutex mutex_;
    std::mt19937_64 random_;
    bool cut_{false};
    std::uint64_t changes_{0};
    std::uint64_t changes_left_{0};
    std::vector<Renamed> names_;
    std::map<std::string, Unsynced> unsynced_;
};

/// Lifetime: shares the file system.
inline std::unique_ptr<rocksdb::Env> power_env(const std::shared_ptr<PowerCutFileSystem>& files) {
    return rocksdb::NewCompositeEnv(files);
}

}  // namespace sluice::log::test
