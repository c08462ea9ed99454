#pragma once

#include <sluice/result.hpp>

#include <atomic>
#include <mutex>
#include <string>
#include <string_view>

namespace sluice::log {

/// Whether the log may go on. After a failed fsync nobody knows what is on disk, so the first I/O
/// error ends it (PostgreSQL's lesson of 2018): every later call answers kIo, and only a restart,
/// which reads what the disk really has, helps. So does damage that RocksDB's own threads find
/// (kCorrupt; a restart does not help). A full disk is no such error. Threads: any.
class Health {
public:
    /// `code`: kIo, or kCorrupt. The first reason stays.
    void poison(ErrorCode code, std::string_view why);

    void set_full(bool full) noexcept { full_.store(full); }

    /// The last write found no space; it must be cleared before the next one.
    [[nodiscard]] bool full() const noexcept { return full_.load(); }

    /// kIo or kCorrupt when poisoned.
    [[nodiscard]] Status check() const;

private:
    std::atomic<bool> poisoned_{false};
    std::atomic<bool> full_{false};
    mutable std::mutex mutex_;
    std::string why_;
    ErrorCode code_{ErrorCode::kIo};
};

}  // namespace sluice::log
