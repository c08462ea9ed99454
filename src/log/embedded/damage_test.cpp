// Rows 5, 6 and 7 of docs/architecture/faults.md: whatever happened to the files of a closed log,
// it is refused with what to do, or it does no harm; nothing wrong is ever answered, and nothing is
// ever deleted: once the damage is undone, all is there.
#include "base/test_seed.hpp"
#include "log/embedded/files.hpp"
#include "log/embedded/test_contents.hpp"
#include "log/embedded/test_log.hpp"
#include "log/embedded/wal_files.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <set>

namespace sluice::log {

namespace {

constexpr HomeId kHomeOfDamage{0};

enum class Outcome : std::uint8_t {
    kRefused,   ///< the log does not open
    kPartly,    ///< it opens, and answers kCorrupt for a part
    kHarmless,  ///< all is there
};

/// A step with one of each, over two topics.
Step step(int n) {
    const Append record{
        PartitionRef{"t", PartitionId{static_cast<std::uint32_t>(n % 2)}},
        {test::text_record(
            fmt::format("{}-{}", n, std::string(static_cast<std::size_t>(n) * 400 % 5'000, 'x'))
        )}};
    const StateChange count{HomeId{0}, Table{1}, fmt::format("key {}", n % 7), std::to_string(n)};
    return Step{
        {kHomeOfDamage}, {record}, {Consumed{kHomeOfDamage, record.to, Offset{n / 2}}}, {count}};
}

/// A closed log: tables of several openings, and groups in the write-ahead log.
struct Pristine {
    Pristine() {
        int n = 0;
        for (int opening = 0; opening < 4; ++opening) {
            const auto log = test::open_or_fail(test::test_options(directory.path()));
            EXPECT_TRUE(log->create_topic(TopicSpec{"t", 2}));
            const auto lease = log->take("g", {kHomeOfDamage, HomeId{1}});
            for (int i = 0; i < 8; ++i) EXPECT_TRUE(lease.value()->commit(step(n++)));
        }
        files = test::files_below(directory.path());
    }

    test::ScratchDirectory directory;
    std::map<std::string, std::string> files;
};

/// One for all tests.
const Pristine& pristine() {
    static const Pristine only;
    return only;
}

class Damage : public testing::Test {
protected:
    void SetUp() override {
        restore();
        expected_ = test::contents(*open().value(), "g");
        ASSERT_EQ(expected_.size(), 8U);
    }

    [[nodiscard]] Result<std::unique_ptr<EmbeddedLog>> open() const {
        return open_embedded(test::test_options(copy_));
    }

    void put(const std::string& file, const std::string& bytes) const {
        ASSERT_TRUE(write_file_durably(copy_ / file, bytes));
    }

    void restore() const {
        std::filesystem::remove_all(copy_);
        std::filesystem::copy(
            pristine().directory.path(), copy_, std::filesystem::copy_options::recursive
        );
    }

    /// What becomes of a log one of whose files has these bytes, or is gone.
    [[nodiscard]] Outcome outcome_of(
        const std::string& file, const std::optional<std::string>& damaged
    ) const {
        restore();
        const std::filesystem::path path = copy_ / file;
        std::filesystem::remove(path);
        if (damaged) put(file, *damaged);
        const auto before = test::files_below(copy_);
        auto opened = open();
        if (!opened) {
            expect_helpful(opened.error());
            if (says_nothing_was_changed(opened.error())) expect_unchanged(before);
            expect_whole_again(file);
            return Outcome::kRefused;
        }
        const test::Contents found = test::contents(*opened.value(), "g");
        opened.value().reset();
        if (found == expected_) return Outcome::kHarmless;
        for (const auto& [name, text] : found) {
            if (text.rfind(test::kRefused, 0) != 0) {
                EXPECT_EQ(text, expected_.at(name)) << name << " is served wrong";
            }
        }
        EXPECT_TRUE(std::filesystem::exists(path)) << "what is damaged was deleted";
        expect_whole_again(file);
        return Outcome::kPartly;
    }

    [[nodiscard]] std::string any_file(std::mt19937_64& random) const {
        return std::next(files_.begin(), static_cast<std::ptrdiff_t>(random() % files_.size()))
            ->first;
    }

    [[nodiscard]] std::vector<std::string> files_like(std::string_view part) const {
        std::vector<std::string> names;
        for (const auto& [name, bytes] : files_) {
            if (name.find(part) != std::string::npos) names.push_back(name);
        }
        return names;
    }

    const std::map<std::string, std::string>& files_{pristine().files};

private:
    static void expect_helpful(const Error& error) {
        if (error.code == ErrorCode::kUnsupported) {  // another version's FORMAT, as it looks
            EXPECT_NE(error.message.find("the program that wrote it"), std::string::npos);
            return;
        }
        EXPECT_EQ(error.code, ErrorCode::kCorrupt) << error.message;
        EXPECT_NE(error.message.find("backup"), std::string::npos) << error.message;
    }

    /// It does not when the write-ahead log was replayed already: no harm, as a restart shows.
    static bool says_nothing_was_changed(const Error& error) {
        return error.message.find("othing was changed") != std::string::npos;
    }

    void expect_unchanged(const std::map<std::string, std::string>& before) const {
        const auto after = test::files_below(copy_);
        for (const auto& [name, bytes] : after) {
            EXPECT_TRUE(before.contains(name)) << name << " was made";
        }
        for (const auto& [name, bytes] : before) {
            if (name == "LOCK") continue;  // carries the pid of the last who came
            EXPECT_TRUE(after.contains(name) && after.at(name) == bytes) << name << " was changed";
        }
    }

    void expect_whole_again(const std::string& file) const {
        put(file, files_.at(file));
        const auto opened = open();
        ASSERT_TRUE(opened) << opened.error().message;
        EXPECT_EQ(test::contents(*opened.value(), "g"), expected_) << "something was deleted";
    }

    test::ScratchDirectory scratch_;
    std::filesystem::path copy_{scratch_.path() / "log"};
    test::Contents expected_;
};

TEST_F(Damage, AFlippedBitInAnyFileIsRefusedOrDoesNoHarm) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = test::rounds("SLUICE_FLIPS", 60); round > 0 && !HasFailure(); --round) {
        const std::string file = any_file(random);
        std::string bytes = files_.at(file);
        if (bytes.empty()) continue;
        const std::size_t at = random() % bytes.size();
        const auto bit = static_cast<int>(random() % 8);
        SCOPED_TRACE(fmt::format("{}: byte {}, bit {}", file, at, bit));
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << bit));
        static_cast<void>(outcome_of(file, bytes));
    }
}

TEST_F(Damage, OnlyAFlipInATableIsNotAlwaysMetAtOpening) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (const auto& [file, bytes] : files_) {
        if (bytes.empty() || is_table(file)) continue;
        const bool without_data =
            file == "LOCK" || file == "store/IDENTITY" || file.rfind("store/OPTIONS-", 0) == 0;
        for (int round = 0; round < 4; ++round) {
            std::string damaged = bytes;
            char& byte = damaged[random() % damaged.size()];
            byte = static_cast<char>(byte ^ (1 << random() % 8));
            EXPECT_EQ(
                outcome_of(file, damaged), without_data ? Outcome::kHarmless : Outcome::kRefused
            ) << file;
        }
    }
}

TEST_F(Damage, AFileCutShortIsRefusedOrDoesNoHarm) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = test::rounds("SLUICE_FLIPS", 60) / 2; round > 0 && !HasFailure(); --round) {
        const std::string file = any_file(random);
        const std::string& bytes = files_.at(file);
        if (bytes.empty()) continue;
        const std::size_t size = random() % bytes.size();
        SCOPED_TRACE(fmt::format("{}: {} of {} bytes", file, size, bytes.size()));
        static_cast<void>(outcome_of(file, bytes.substr(0, size)));
    }
}

TEST_F(Damage, BytesOfAnotherFileAreRefusedOrDoNoHarm) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 20 && !HasFailure(); ++round) {
        const std::string file = any_file(random);
        const std::string other = any_file(random);
        if (file == other) continue;
        SCOPED_TRACE(fmt::format("{} in place of {}", other, file));
        static_cast<void>(outcome_of(file, files_.at(other)));
    }
}

TEST_F(Damage, TheLastBytesOfTheManifestAreNoTornEnd) {
    // RocksDB takes a length that runs beyond the file for a write that was cut short, opens with
    // the tables from before, and deletes the others.
    for (const std::string& file : files_like("MANIFEST")) {
        const std::string& bytes = files_.at(file);
        for (std::size_t back = 1; back <= 200 && back < bytes.size(); back += 3) {
            SCOPED_TRACE(fmt::format("{} bytes before the end of {}", back, file));
            std::string damaged = bytes;
            char& byte = damaged[bytes.size() - back];
            byte = static_cast<char>(byte ^ 0x40);
            EXPECT_NE(outcome_of(file, damaged), Outcome::kPartly);
            if (HasFailure()) return;
        }
    }
}

struct Missing {
    const char* part;  ///< of the file's name
    Outcome outcome;
};

TEST_F(Damage, AMissingFileIsRefusedUnlessItHoldsNoData) {
    const std::vector<Missing> cases{
        {"FORMAT", Outcome::kRefused},
        {"store/CURRENT", Outcome::kRefused},
        {"store/MANIFEST-", Outcome::kRefused},
        {".sst", Outcome::kRefused},
        {".blob", Outcome::kRefused},
        {".log", Outcome::kRefused},
        {"MARK", Outcome::kHarmless},  // it only guards the others
        {"store/OPTIONS-", Outcome::kHarmless},
        {"store/IDENTITY", Outcome::kHarmless},
        {"LOCK", Outcome::kHarmless},
    };
    std::set<std::string> tried;
    for (const auto& [part, outcome] : cases) {
        for (const std::string& file : files_like(part)) {
            EXPECT_EQ(outcome_of(file, std::nullopt), outcome) << file;
            tried.insert(file);
        }
    }
    for (const auto& [name, bytes] : files_) EXPECT_TRUE(tried.contains(name)) << name;
}

TEST_F(Damage, AnEmptyFileIsRefusedUnlessItHoldsNoData) {
    const std::vector<Missing> cases{
        {"FORMAT", Outcome::kRefused},
        {"store/CURRENT", Outcome::kRefused},
        {"store/MANIFEST-", Outcome::kRefused},
        {".sst", Outcome::kRefused},
        {".blob", Outcome::kRefused},
        {".log", Outcome::kRefused},
        {"MARK", Outcome::kRefused},
        {"store/OPTIONS-", Outcome::kHarmless},
        {"store/IDENTITY", Outcome::kHarmless},
        {"LOCK", Outcome::kHarmless},
    };
    for (const auto& [part, outcome] : cases) {
        for (const std::string& file : files_like(part)) {
            EXPECT_EQ(outcome_of(file, ""), outcome) << file;
        }
    }
}

}  // namespace

}  // namespace sluice::log
