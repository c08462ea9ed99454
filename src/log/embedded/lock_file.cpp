#include "log/embedded/lock_file.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <string>
#include <sys/file.h>
#include <system_error>
#include <unistd.h>

namespace sluice::log {

namespace {

std::string read_pid(int descriptor) {
    std::array<char, 32> text{};
    const ssize_t size = ::pread(descriptor, text.data(), text.size(), 0);
    std::string pid{text.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
    while (!pid.empty() && pid.back() == '\n') pid.pop_back();
    return pid.empty() ? "unknown" : pid;
}

Error cannot_lock(const std::filesystem::path& path, std::string_view doing) {
    return Error{
        ErrorCode::kIo,
        fmt::format("{} {}: {}", doing, path.string(), std::generic_category().message(errno))};
}

}  // namespace

Result<std::unique_ptr<LockFile>> LockFile::take(const std::filesystem::path& directory) {
    const std::filesystem::path path = directory / "LOCK";
    const int descriptor =
        ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);  // NOLINT(*-vararg): POSIX
    if (descriptor < 0) return cannot_lock(path, "cannot open");
    std::unique_ptr<LockFile> lock{new LockFile{descriptor}};
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) return cannot_lock(path, "cannot lock");
        return Error{
            ErrorCode::kUnavailable,
            fmt::format(
                "{} is open in process {}: stop that one, or use another directory",
                directory.string(),
                read_pid(descriptor)
            )};
    }
    const std::string pid = fmt::format("{}\n", ::getpid());
    const bool told =
        ::ftruncate(descriptor, 0) == 0 &&
        ::pwrite(descriptor, pid.data(), pid.size(), 0) == static_cast<ssize_t>(pid.size());
    if (!told) return cannot_lock(path, "cannot write");
    return lock;
}

LockFile::~LockFile() {
    ::close(descriptor_);
}

}  // namespace sluice::log
