#pragma once

#include "log/embedded/files.hpp"

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace sluice::log::test {

/// A disk that is slow without bound: whoever comes waits until it is opened. Threads: any.
class Gate {
public:
    void close() {
        const std::lock_guard lock{mutex_};
        closed_ = true;
    }

    void open() {
        {
            const std::lock_guard lock{mutex_};
            closed_ = false;
        }
        moved_.notify_all();
    }

    void pass() {
        std::unique_lock lock{mutex_};
        waiting_ = closed_;
        moved_.notify_all();
        moved_.wait(lock, [&] { return !closed_; });
        waiting_ = false;
    }

    /// Returns when somebody stands before the closed gate.
    void await_visitor() {
        std::unique_lock lock{mutex_};
        moved_.wait(lock, [&] { return waiting_; });
    }

private:
    std::mutex mutex_;
    std::condition_variable moved_;
    bool closed_{false};
    bool waiting_{false};
};

/// What goes wrong with the database's files. Threads: any.
struct Faults {
    enum class Kind : std::uint8_t { kNone, kNoSpace, kIo, kCorruption };

    std::atomic<Kind> append{Kind::kNone};    ///< to the write-ahead log
    std::atomic<Kind> sync{Kind::kNone};      ///< of the write-ahead log
    std::atomic<Kind> table{Kind::kNone};     ///< appends to tables
    std::atomic<Kind> manifest{Kind::kNone};  ///< appends to the manifest
    std::atomic<std::uint64_t> free_bytes{std::uint64_t{1} << 40};
    Gate slow_sync;   ///< of the write-ahead log
    Gate slow_table;  ///< appends to tables

    /// Whatever changes the disk is counted; number `fail_at` (1 is the first) and, if `lasts`,
    /// everything behind it fails with `fail_with`.
    std::atomic<std::uint64_t> operations{0};
    std::atomic<std::uint64_t> fail_at{0};
    std::atomic<Kind> fail_with{Kind::kNone};
    std::atomic<bool> lasts{false};

    [[nodiscard]] static rocksdb::IOStatus status(Kind kind) {
        switch (kind) {
            case Kind::kNone: return rocksdb::IOStatus::OK();
            case Kind::kNoSpace: return rocksdb::IOStatus::NoSpace("test");
            case Kind::kIo: return rocksdb::IOStatus::IOError("test");
            case Kind::kCorruption: return rocksdb::IOStatus::Corruption("test");
        }
        return rocksdb::IOStatus::OK();
    }

    [[nodiscard]] rocksdb::IOStatus count() {
        const std::uint64_t number = ++operations;
        const std::uint64_t bad = fail_at.load();
        const bool fails = bad != 0 && (number == bad || (number > bad && lasts.load()));
        return status(fails ? fail_with.load() : Kind::kNone);
    }
};

class FaultyFile final : public rocksdb::FSWritableFileOwnerWrapper {
public:
    FaultyFile(std::unique_ptr<rocksdb::FSWritableFile> file, std::string_view name, Faults& faults)
        : FSWritableFileOwnerWrapper{std::move(file)},
          wal_{name.ends_with(".log")},
          table_{is_table(name)},
          manifest_{name.find("MANIFEST-") != std::string_view::npos},
          faults_{faults} {}

    using FSWritableFileOwnerWrapper::Append;

    rocksdb::IOStatus Append(
        const rocksdb::Slice& data,
        const rocksdb::IOOptions& options,
        rocksdb::IODebugContext* debug
    ) override {
        if (table_) faults_.slow_table.pass();
        if (auto broken = faults_.count(); !broken.ok()) return broken;
        Faults::Kind kind = Faults::Kind::kNone;
        if (wal_) kind = faults_.append.load();
        if (table_) kind = faults_.table.load();
        if (manifest_) kind = faults_.manifest.load();
        if (kind != Faults::Kind::kNone) return Faults::status(kind);
        return FSWritableFileOwnerWrapper::Append(data, options, debug);
    }

    rocksdb::IOStatus Sync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug)
        override {
        if (wal_) faults_.slow_sync.pass();
        if (auto broken = faults_.count(); !broken.ok()) return broken;
        const Faults::Kind kind = wal_ ? faults_.sync.load() : Faults::Kind::kNone;
        if (kind != Faults::Kind::kNone) return Faults::status(kind);
        return FSWritableFileOwnerWrapper::Sync(options, debug);
    }

    rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug)
        override {
        return Sync(options, debug);
    }

private:
    const bool wal_;
    const bool table_;
    const bool manifest_;
    Faults& faults_;
};

class FaultyFileSystem final : public rocksdb::FileSystemWrapper {
public:
    explicit FaultyFileSystem(Faults& faults)
        : FileSystemWrapper{rocksdb::FileSystem::Default()},
          faults_{faults} {}

    [[nodiscard]] const char* Name() const override { return "faulty"; }

    rocksdb::IOStatus NewWritableFile(
        const std::string& name,
        const rocksdb::FileOptions& options,
        std::unique_ptr<rocksdb::FSWritableFile>* file,
        rocksdb::IODebugContext* debug
    ) override {
        if (auto broken = faults_.count(); !broken.ok()) return broken;
        rocksdb::FileOptions plain = options;
        plain.allow_fallocate = false;  // in memory it costs what it reserves
        rocksdb::IOStatus made = FileSystemWrapper::NewWritableFile(name, plain, file, debug);
        if (made.ok()) *file = std::make_unique<FaultyFile>(std::move(*file), name, faults_);
        return made;
    }

    rocksdb::IOStatus RenameFile(
        const std::string& from,
        const std::string& to,
        const rocksdb::IOOptions& options,
        rocksdb::IODebugContext* debug
    ) override {
        if (auto broken = faults_.count(); !broken.ok()) return broken;
        return FileSystemWrapper::RenameFile(from, to, options, debug);
    }

    rocksdb::IOStatus GetFreeSpace(
        const std::string& path,
        const rocksdb::IOOptions& options,
        std::uint64_t* bytes,
        rocksdb::IODebugContext* debug
    ) override {
        rocksdb::IOStatus asked = FileSystemWrapper::GetFreeSpace(path, options, bytes, debug);
        *bytes = faults_.free_bytes.load();
        return asked;
    }

private:
    Faults& faults_;
};

/// An environment whose files fail as `faults` says. Lifetime: `faults` outlives it.
inline std::unique_ptr<rocksdb::Env> faulty_env(Faults& faults) {
    return rocksdb::NewCompositeEnv(std::make_shared<FaultyFileSystem>(faults));
}

}  // namespace sluice::log::test
