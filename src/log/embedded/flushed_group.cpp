#include "log/embedded/flushed_group.hpp"

#include "log/embedded/keys.hpp"
#include "log/embedded/store.hpp"

#include <fmt/format.h>
#include <rocksdb/file_system.h>
#include <rocksdb/metadata.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::log {

namespace {

class EmptyFile final : public rocksdb::FSSequentialFile {
public:
    rocksdb::IOStatus
    Read(std::size_t, const rocksdb::IOOptions&, rocksdb::Slice* result, char*, rocksdb::IODebugContext*)
        override {
        *result = rocksdb::Slice{};
        return rocksdb::IOStatus::OK();
    }

    rocksdb::IOStatus Skip(std::uint64_t) override { return rocksdb::IOStatus::OK(); }
};

/// The same files, but that write-ahead logs read as empty. They keep their names and sizes, so
/// that RocksDB holds them to the manifest. (Another `wal_dir` would not do: RocksDB 7.8 asserts,
/// opening for reading only, that a manifest with tracked write-ahead logs is not opened without
/// tracking.)
class WithoutWriteAheadLog final : public rocksdb::FileSystemWrapper {
public:
    using FileSystemWrapper::FileSystemWrapper;

    [[nodiscard]] const char* Name() const override { return "without write-ahead log"; }

    rocksdb::IOStatus NewSequentialFile(
        const std::string& name,
        const rocksdb::FileOptions& options,
        std::unique_ptr<rocksdb::FSSequentialFile>* file,
        rocksdb::IODebugContext* debug
    ) override {
        if (!std::string_view{name}.ends_with(".log")) {
            return FileSystemWrapper::NewSequentialFile(name, options, file, debug);
        }
        *file = std::make_unique<EmptyFile>();
        return rocksdb::IOStatus::OK();
    }
};

using Families = std::vector<rocksdb::ColumnFamilyHandle*>;

rocksdb::Status open_tables(
    rocksdb::Env* env,
    const std::string& store,
    Families& families,
    std::unique_ptr<rocksdb::DB>& db
) {
    const rocksdb::Options options = store_options(env);
    std::vector<std::string> names;
    rocksdb::Status done = rocksdb::DB::ListColumnFamilies(options, store, &names);
    if (!done.ok()) return done;
    std::vector<rocksdb::ColumnFamilyDescriptor> all;
    for (const std::string& name : names) all.emplace_back(name, rocksdb::ColumnFamilyOptions{});
    rocksdb::DB* raw = nullptr;
    done = rocksdb::DB::OpenForReadOnly(options, store, all, &families, &raw);
    db.reset(raw);
    return done;
}

/// RocksDB holds tables to their sizes in the manifest when it opens; blobs it only looks for.
rocksdb::Status check_blobs(rocksdb::DB& db, rocksdb::Env* env, const Families& families) {
    for (rocksdb::ColumnFamilyHandle* family : families) {
        rocksdb::ColumnFamilyMetaData meta;
        db.GetColumnFamilyMetaData(family, &meta);
        for (const rocksdb::BlobMetaData& blob : meta.blob_files) {
            const std::string path = blob.blob_file_path + blob.blob_file_name;
            std::uint64_t bytes = 0;
            rocksdb::Status asked = env->GetFileSize(path, &bytes);
            if (!asked.ok()) return asked;
            if (bytes == blob.blob_file_size) continue;
            return rocksdb::Status::Corruption(
                fmt::format("{} has {} bytes and not {}", path, bytes, blob.blob_file_size)
            );
        }
    }
    return rocksdb::Status::OK();
}

}  // namespace

Result<std::uint64_t> flushed_group(const std::filesystem::path& store, rocksdb::Env* env) {
    const auto files = std::make_shared<WithoutWriteAheadLog>(env->GetFileSystem());
    const std::unique_ptr<rocksdb::Env> tables = rocksdb::NewCompositeEnv(files);
    Families families;
    std::unique_ptr<rocksdb::DB> db;
    rocksdb::Status opened = open_tables(tables.get(), store.string(), families, db);
    if (opened.ok()) opened = check_blobs(*db, env, families);
    for (rocksdb::ColumnFamilyHandle* family : families) {
        db->DestroyColumnFamilyHandle(family).PermitUncheckedError();
    }
    if (!opened.ok()) return open_error(opened, store);
    std::string value;
    const rocksdb::Slice key{kLastGroupKey.data(), kLastGroupKey.size()};
    const rocksdb::Status read = db->Get(rocksdb::ReadOptions{}, key, &value);
    if (read.IsNotFound()) return std::uint64_t{0};
    if (!read.ok()) return open_error(read, store);
    if (const std::optional<std::uint64_t> number = parse_number(value)) return *number;
    return open_error(rocksdb::Status::Corruption("the last group's number"), store);
}

}  // namespace sluice::log
