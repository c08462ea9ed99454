#include "log/embedded/test_power.hpp"

#include "base/point.hpp"
#include "log/embedded/files.hpp"

#include <algorithm>
#include <fcntl.h>
#include <numeric>
#include <unistd.h>
#include <utility>

namespace sluice::log::test {

namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

constexpr std::size_t kPowerPageBytes = 4'096;

IOStatus no_power() {
    return IOStatus::IOError("the power is off");
}

/// RocksDB's own diary: no data, written by its logger past this file system.
bool is_diary(const std::filesystem::path& path) {
    return path.filename().string().rfind("LOG", 0) == 0;
}

bool write_at(const std::string& name, std::uint64_t at, std::string_view bytes) {
    const int file = ::open(name.c_str(), O_WRONLY | O_CLOEXEC);  // NOLINT(*-vararg): POSIX
    if (file < 0) return false;
    const ssize_t written = ::pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(at));
    ::close(file);
    return written == static_cast<ssize_t>(bytes.size());
}

class PowerFile final : public rocksdb::FSWritableFile {
public:
    PowerFile(std::string name, PowerCutFileSystem& files)
        : name_{std::move(name)},
          files_{files} {}

    ~PowerFile() override { files_.keep_unsynced(name_, synced_, std::move(unsynced_)); }

    PowerFile(const PowerFile&) = delete;
    PowerFile& operator=(const PowerFile&) = delete;
    using FSWritableFile::Append;

    IOStatus Append(const rocksdb::Slice& data, const IOOptions&, IODebugContext*) override {
        if (auto off = files_.change(); !off.ok()) return off;
        unsynced_.append(data.data(), data.size());
        return IOStatus::OK();
    }

    IOStatus Sync(const IOOptions&, IODebugContext*) override {
        if (auto off = files_.change(); !off.ok()) return off;
        if (auto written = files_.write_pages(name_, synced_, unsynced_); !written.ok()) {
            return written;
        }
        synced_ += unsynced_.size();
        unsynced_.clear();
        return IOStatus::OK();
    }

    IOStatus Close(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }

    IOStatus Flush(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }

    std::uint64_t GetFileSize(const IOOptions&, IODebugContext*) override {
        return synced_ + unsynced_.size();
    }

private:
    const std::string name_;
    PowerCutFileSystem& files_;
    std::uint64_t synced_{0};
    std::string unsynced_;
};

class PowerDirectory final : public rocksdb::FSDirectory {
public:
    PowerDirectory(std::string name, PowerCutFileSystem& files)
        : name_{std::move(name)},
          files_{files} {}

    IOStatus Fsync(const IOOptions&, IODebugContext*) override {
        if (auto off = files_.change(); !off.ok()) return off;
        files_.synced(name_);
        return IOStatus::OK();
    }

    IOStatus Close(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }

private:
    const std::filesystem::path name_;
    PowerCutFileSystem& files_;
};

}  // namespace

PowerCutFileSystem::PowerCutFileSystem(std::uint64_t seed)
    : FileSystemWrapper{rocksdb::FileSystem::Default()},
      random_{seed} {}

void PowerCutFileSystem::cut_at(std::uint64_t change) {
    const std::lock_guard lock{mutex_};
    changes_left_ = change;
}

std::uint64_t PowerCutFileSystem::changes() const {
    const std::lock_guard lock{mutex_};
    return changes_;
}

void PowerCutFileSystem::cut() {
    const std::lock_guard lock{mutex_};
    cut_ = true;
}

bool PowerCutFileSystem::is_cut() const {
    const std::lock_guard lock{mutex_};
    return cut_;
}

IOStatus PowerCutFileSystem::change() {
    const std::lock_guard lock{mutex_};
    ++changes_;
    if (changes_left_ > 0) {
        --changes_left_;
        if (changes_left_ == 0) cut_ = true;
    }
    if (cut_) return no_power();
    return IOStatus::OK();
}

IOStatus PowerCutFileSystem::write_pages(
    const std::string& name, std::uint64_t at, const std::string& bytes
) {
    // Pages of the file, not of the bytes: the first and the last may be parts.
    const std::uint64_t first = at / kPowerPageBytes;
    std::vector<std::uint64_t> pages((at + bytes.size()) / kPowerPageBytes - first + 1);
    std::iota(pages.begin(), pages.end(), first);
    {
        const std::lock_guard lock{mutex_};
        std::shuffle(pages.begin(), pages.end(), random_);
    }
    for (const std::uint64_t page : pages) {
        danger_point("power.page");
        const std::uint64_t begin = std::max(at, page * kPowerPageBytes);
        const std::uint64_t end = std::min(at + bytes.size(), (page + 1) * kPowerPageBytes);
        if (begin >= end) continue;
        const std::string_view part = std::string_view{bytes}.substr(begin - at, end - begin);
        if (!write_at(name, begin, part)) return IOStatus::IOError("cannot write " + name);
    }
    return IOStatus::OK();
}

void PowerCutFileSystem::keep_unsynced(
    const std::string& name, std::uint64_t at, std::string bytes
) {
    const std::lock_guard lock{mutex_};
    unsynced_[name] = Unsynced{at, std::move(bytes)};
}

void PowerCutFileSystem::synced(const std::filesystem::path& directory) {
    const std::lock_guard lock{mutex_};
    names_.erase(
        std::remove_if(
            names_.begin(),
            names_.end(),
            [&](const Renamed& name) { return name.path.parent_path() == directory; }
        ),
        names_.end()
    );
}

void PowerCutFileSystem::remember(const std::filesystem::path& path) {
    Renamed name{path, std::nullopt};
    if (std::filesystem::exists(path)) name.before = read_file(path).value();
    const std::lock_guard lock{mutex_};
    names_.push_back(std::move(name));
}

void PowerCutFileSystem::lose(const Keeps& keeps) {
    const std::lock_guard lock{mutex_};
    for (const auto& [name, unsynced] : unsynced_) {
        const auto& [at, bytes] = unsynced;
        for (std::uint64_t page = at / kPowerPageBytes; page * kPowerPageBytes < at + bytes.size();
             ++page) {
            if (!(keeps ? keeps(name, page) : random_() % 4 == 0)) continue;
            const std::uint64_t begin = std::max(at, page * kPowerPageBytes);
            const std::uint64_t end = std::min(at + bytes.size(), (page + 1) * kPowerPageBytes);
            write_at(name, begin, std::string_view{bytes}.substr(begin - at, end - begin));
        }
    }
    // Journals of file systems keep the order of names: some end of what was not synced goes.
    const std::uint64_t kept = keeps ? names_.size() : random_() % (names_.size() + 1);
    while (names_.size() > kept) {
        const Renamed& last = names_.back();
        std::filesystem::remove(last.path);
        if (last.before) static_cast<void>(write_file_durably(last.path, *last.before));
        names_.pop_back();
    }
}

IOStatus PowerCutFileSystem::NewWritableFile(
    const std::string& name,
    const rocksdb::FileOptions& options,
    std::unique_ptr<rocksdb::FSWritableFile>* file,
    IODebugContext* debug
) {
    if (auto off = change(); !off.ok()) return off;
    remember(name);
    IOStatus made = FileSystemWrapper::NewWritableFile(name, options, file, debug);
    if (made.ok()) *file = std::make_unique<PowerFile>(name, *this);
    return made;
}

IOStatus PowerCutFileSystem::NewDirectory(
    const std::string& name,
    const IOOptions& /*options*/,
    std::unique_ptr<rocksdb::FSDirectory>* directory,
    IODebugContext* /*debug*/
) {
    *directory = std::make_unique<PowerDirectory>(name, *this);
    return IOStatus::OK();
}

IOStatus PowerCutFileSystem::DeleteFile(
    const std::string& name, const IOOptions& options, IODebugContext* debug
) {
    if (is_diary(name)) return FileSystemWrapper::DeleteFile(name, options, debug);
    if (auto off = change(); !off.ok()) return off;
    remember(name);
    return FileSystemWrapper::DeleteFile(name, options, debug);
}

IOStatus PowerCutFileSystem::RenameFile(
    const std::string& from, const std::string& to, const IOOptions& options, IODebugContext* debug
) {
    if (is_diary(from)) return FileSystemWrapper::RenameFile(from, to, options, debug);
    if (auto off = change(); !off.ok()) return off;
    remember(from);
    remember(to);
    return FileSystemWrapper::RenameFile(from, to, options, debug);
}

}  // namespace sluice::log::test
