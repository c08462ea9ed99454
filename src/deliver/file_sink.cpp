#include "deliver/file_sink.hpp"

#include "deliver/decode.hpp"
#include "event/json.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace sluice::deliver {

using dispatch::Failure;
using dispatch::FailureKind;
using dispatch::RunOutcome;

namespace {

constexpr mode_t kMode = 0644;

Error io_error(ErrorCode code, const std::string& path, std::string_view doing) {
    return Error{
        code,
        fmt::format("{}: {} failed: {}", path, doing, std::generic_category().message(errno))};
}

/// A new file is only there for good when its directory says so.
void sync_directory(const std::string& path) {
    const auto directory = std::filesystem::absolute(path).parent_path().string();
    const int handle = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (handle < 0) return;
    static_cast<void>(::fsync(handle));
    ::close(handle);
}

}  // namespace

Result<std::unique_ptr<FileSink>> FileSink::open(Options options) {
    const std::string path = options.path;
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, kMode);
    if (file < 0) return io_error(ErrorCode::kBadConfig, path, "opening it to append");
    // The constructor is private: make_unique cannot reach it.
    std::unique_ptr<FileSink> sink{new FileSink{std::move(options), file}};
    if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
        return Error{ErrorCode::kUnavailable, path + ": another process writes to it"};
    }

    struct stat about {};

    if (::fstat(file, &about) != 0) return io_error(ErrorCode::kIo, path, "asking for its size");
    if (!S_ISREG(about.st_mode)) return Error{ErrorCode::kBadConfig, path + ": no regular file"};
    sink->size_ = static_cast<std::uint64_t>(about.st_size);
    if (auto cut = sink->cut_torn_line(); !cut) return cut.error();
    sync_directory(path);
    return sink;
}

FileSink::~FileSink() {
    ::close(file_);
}

Status FileSink::cut_torn_line() {
    std::uint64_t end = size_;
    std::array<char, 4096> block{};
    while (end > 0) {
        const std::uint64_t begin = end > block.size() ? end - block.size() : 0;
        const auto wanted = static_cast<std::size_t>(end - begin);
        const auto got = ::pread(file_, block.data(), wanted, static_cast<off_t>(begin));
        if (got != static_cast<ssize_t>(wanted)) {
            return io_error(ErrorCode::kIo, options_.path, "reading its end");
        }
        const std::size_t at = std::string_view{block.data(), wanted}.rfind('\n');
        if (at != std::string_view::npos) {
            end = begin + at + 1;
            break;
        }
        end = begin;
    }
    if (end == size_) return ok();
    if (::ftruncate(file_, static_cast<off_t>(end)) != 0 || ::fsync(file_) != 0) {
        return io_error(ErrorCode::kIo, options_.path, "cutting its torn last line");
    }
    bytes_cut_ = size_ - end;
    size_ = end;
    return ok();
}

bool FileSink::wants(std::string_view type) const {
    return is_wanted(options_.types, type);
}

std::vector<RunOutcome> FileSink::deliver(std::span<const RunWork> runs) {
    std::vector<RunOutcome> outcomes(runs.size());
    std::string lines;
    for (std::size_t at = 0; at < runs.size(); ++at) {
        for (const Outgoing& outgoing : runs[at].events) {
            const auto event = decode(outgoing, options_.limits);
            if (!event) {
                outcomes[at].failure = Failure{FailureKind::kDead, event.error().message, {}};
                break;
            }
            lines += event::write_json_line(event.value());
            lines += '\n';
            ++outcomes[at].handled;
        }
    }
    if (lines.empty()) return outcomes;
    if (const Status written = append(lines); !written) {
        for (RunOutcome& outcome : outcomes) {
            outcome = {0, Failure{FailureKind::kNotTried, written.error().message, {}}};
        }
    }
    return outcomes;
}

Status FileSink::append(const std::string& lines) {
    if (!broken_.empty()) return Error{ErrorCode::kIo, broken_};
    std::string_view rest{lines};
    while (!rest.empty()) {
        const ssize_t written = ::write(file_, rest.data(), rest.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) {
            const Error error = io_error(ErrorCode::kUnavailable, options_.path, "writing");
            if (::ftruncate(file_, static_cast<off_t>(size_)) != 0) broken_ = error.message;
            return error;
        }
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::fsync(file_) != 0) {
        const Error error = io_error(ErrorCode::kIo, options_.path, "syncing");
        broken_ = error.message + "; start the process again";
        return error;
    }
    size_ += lines.size();
    return ok();
}

}  // namespace sluice::deliver
