#pragma once

#include "log/embedded/catalog.hpp"
#include "log/embedded/group_batch.hpp"
#include "log/embedded/reader.hpp"
#include "log/embedded/tenure.hpp"
#include "log/embedded/writer.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sluice::log {

/// A publish or a step, encoded by its caller's thread; the writer only copies it.
class WriteJob final : public Job {
public:
    struct AppendPart {
        Located to;
        RecordBatches records;
    };

    /// `tenure`: nothing for a publish.
    explicit WriteJob(const Tenure* tenure) : tenure_{tenure} {}

    /// Locates every partition first: kNotFound adds nothing.
    [[nodiscard]] Status encode_appends(const Catalog& catalog, const std::vector<Append>& appends);
    [[nodiscard]] Status encode_step(const Catalog& catalog, GroupId group, Step step);

    [[nodiscard]] std::size_t bytes() const override { return bytes_; }

    [[nodiscard]] bool alone() const override { return false; }

    [[nodiscard]] bool needs_reserve() const override { return tenure_ == nullptr; }

    Status add_to(GroupBatch& batch) override;

    /// The first offset of each append; once committed.
    [[nodiscard]] std::vector<Offset> take_offsets() { return std::move(offsets_); }

private:
    const Tenure* tenure_;
    std::vector<AppendPart> appends_;
    std::vector<std::pair<std::string, std::string>> consumed_;
    std::vector<std::pair<std::string, std::optional<std::string>>> changes_;
    std::vector<Offset> offsets_;
    std::size_t bytes_{0};
};

class CreateTopicJob final : public Job {
public:
    CreateTopicJob(Catalog& catalog, TopicSpec spec) : catalog_{catalog}, spec_{std::move(spec)} {}

    [[nodiscard]] bool needs_reserve() const override { return true; }

    Status add_to(GroupBatch& batch) override;
    void committed() override;

private:
    Catalog& catalog_;
    TopicSpec spec_;
    std::optional<TopicId> made_;
};

/// Takes homes for a group. It goes the way of the steps, so that every step before it is on disk
/// and every step after it meets the new tenure.
class TakeJob final : public Job {
public:
    TakeJob(
        Catalog& catalog, Tenures& tenures, std::string_view group, std::span<const HomeId> homes
    )
        : catalog_{catalog},
          tenures_{tenures},
          group_{group},
          homes_{homes} {}

    Status add_to(GroupBatch& batch) override;
    void committed() override;

    [[nodiscard]] GroupId group() const { return *id_; }

    [[nodiscard]] std::shared_ptr<Tenure> tenure() const { return tenure_; }

private:
    Catalog& catalog_;
    Tenures& tenures_;
    std::string_view group_;
    std::span<const HomeId> homes_;
    std::optional<GroupId> id_;
    bool made_{false};
    std::shared_ptr<Tenure> tenure_{
        std::make_shared<Tenure>()};  // held by its lease and by Tenures
};

/// It goes the way of the steps, so that it sees what every group has consumed.
class TrimJob final : public Job {
public:
    TrimJob(const Catalog& catalog, const Reader& reader, const Located& of, Offset below)
        : catalog_{catalog},
          reader_{reader},
          of_{of},
          below_{below} {}

    Status add_to(GroupBatch& batch) override;
    void abandoned() override;

private:
    /// kConflict names a group that has not consumed all that would go.
    [[nodiscard]] Status check_consumed() const;

    const Catalog& catalog_;
    const Reader& reader_;
    Located of_;
    Offset below_;
    Offset before_{};
};

}  // namespace sluice::log
