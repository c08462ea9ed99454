#include "log/embedded/files.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <fcntl.h>
#include <fstream>
#include <system_error>
#include <unistd.h>

namespace sluice::log {

namespace {

Error failed(std::string_view doing, const std::filesystem::path& path, int number) {
    return Error{
        number == ENOSPC ? ErrorCode::kFull : ErrorCode::kIo,
        fmt::format(
            "cannot {} {}: {}", doing, path.string(), std::generic_category().message(number)
        )};
}

/// A file descriptor that closes itself.
class Descriptor {
public:
    Descriptor(const std::filesystem::path& path, int flags)
        : number_{::open(path.c_str(), flags | O_CLOEXEC, 0644)} {}  // NOLINT(*-vararg): POSIX

    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }

    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    [[nodiscard]] int get() const { return number_; }

private:
    int number_;
};

}  // namespace

Status sync_directory(const std::filesystem::path& path) {
    const Descriptor directory{path, O_RDONLY | O_DIRECTORY};
    if (directory.get() < 0 || ::fsync(directory.get()) != 0) return failed("sync", path, errno);
    return ok();
}

Result<std::string> read_file(const std::filesystem::path& path) {
    std::error_code error;
    const std::uintmax_t size = std::filesystem::file_size(path, error);
    if (error) return failed("open", path, error.value());
    std::string bytes(size, '\0');
    std::ifstream in{path, std::ios::binary};
    in.read(bytes.data(), static_cast<std::streamsize>(size));
    if (!in) return failed("read", path, errno);
    return bytes;
}

Status write_file_durably(const std::filesystem::path& path, std::string_view bytes) {
    std::filesystem::path beside = path;
    beside += ".new";
    {
        const Descriptor file{beside, O_WRONLY | O_CREAT | O_TRUNC};
        if (file.get() < 0) return failed("create", beside, errno);
        while (!bytes.empty()) {
            const ssize_t written = ::write(file.get(), bytes.data(), bytes.size());
            if (written < 0 && errno == EINTR) continue;
            if (written < 0) return failed("write", beside, errno);
            bytes.remove_prefix(static_cast<std::size_t>(written));
        }
        if (::fsync(file.get()) != 0) return failed("sync", beside, errno);
    }
    std::error_code error;
    std::filesystem::rename(beside, path, error);
    if (error) return failed("rename", beside, error.value());
    return sync_directory(path.parent_path());
}

Status truncate_durably(const std::filesystem::path& path, std::uint64_t size) {
    const Descriptor file{path, O_WRONLY};
    if (file.get() < 0) return failed("open", path, errno);
    if (::ftruncate(file.get(), static_cast<off_t>(size)) != 0) return failed("cut", path, errno);
    if (::fsync(file.get()) != 0) return failed("sync", path, errno);
    return ok();
}

Status make_directory(const std::filesystem::path& path) {
    if (std::filesystem::is_directory(path)) return ok();
    const std::filesystem::path parent = path.parent_path();
    if (!parent.empty() && parent != path) {
        if (Status made = make_directory(parent); !made) return made;
    }
    std::error_code error;
    std::filesystem::create_directory(path, error);
    if (error) return failed("make the directory", path, error.value());
    return sync_directory(parent.empty() ? std::filesystem::path{"."} : parent);
}

bool is_table(const std::filesystem::path& file) {
    return file.extension() == ".sst" || file.extension() == ".blob";
}

}  // namespace sluice::log
