#pragma once

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <atomic>
#include <memory>
#include <string>
#include <utility>

namespace sluice::log::test {

/// What goes wrong with files of the write-ahead log. Threads: any.
struct Faults {
    enum class Kind : std::uint8_t { kNone, kNoSpace, kIo };

    std::atomic<Kind> append{Kind::kNone};
    std::atomic<Kind> sync{Kind::kNone};
    std::atomic<std::uint64_t> free_bytes{std::uint64_t{1} << 40};

    [[nodiscard]] static rocksdb::IOStatus status(Kind kind) {
        switch (kind) {
            case Kind::kNone: return rocksdb::IOStatus::OK();
            case Kind::kNoSpace: return rocksdb::IOStatus::NoSpace("test");
            case Kind::kIo: return rocksdb::IOStatus::IOError("test");
        }
        return rocksdb::IOStatus::OK();
    }
};

class FaultyFile final : public rocksdb::FSWritableFileOwnerWrapper {
public:
    FaultyFile(std::unique_ptr<rocksdb::FSWritableFile> file, const Faults& faults)
        : FSWritableFileOwnerWrapper{std::move(file)},
          faults_{faults} {}

    using FSWritableFileOwnerWrapper::Append;

    rocksdb::IOStatus Append(
        const rocksdb::Slice& data,
        const rocksdb::IOOptions& options,
        rocksdb::IODebugContext* debug
    ) override {
        rocksdb::IOStatus broken = Faults::status(faults_.append.load());
        return broken.ok() ? FSWritableFileOwnerWrapper::Append(data, options, debug) : broken;
    }

    rocksdb::IOStatus Sync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug)
        override {
        rocksdb::IOStatus broken = Faults::status(faults_.sync.load());
        return broken.ok() ? FSWritableFileOwnerWrapper::Sync(options, debug) : broken;
    }

private:
    const Faults& faults_;
};

class FaultyFileSystem final : public rocksdb::FileSystemWrapper {
public:
    explicit FaultyFileSystem(const Faults& faults)
        : FileSystemWrapper{rocksdb::FileSystem::Default()},
          faults_{faults} {}

    [[nodiscard]] const char* Name() const override { return "faulty"; }

    rocksdb::IOStatus NewWritableFile(
        const std::string& name,
        const rocksdb::FileOptions& options,
        std::unique_ptr<rocksdb::FSWritableFile>* file,
        rocksdb::IODebugContext* debug
    ) override {
        rocksdb::IOStatus made = FileSystemWrapper::NewWritableFile(name, options, file, debug);
        const bool is_wal = name.size() > 4 && name.compare(name.size() - 4, 4, ".log") == 0;
        if (made.ok() && is_wal) *file = std::make_unique<FaultyFile>(std::move(*file), faults_);
        return made;
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
    const Faults& faults_;
};

}  // namespace sluice::log::test
