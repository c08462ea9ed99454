#pragma once

#include "log/embedded/catalog.hpp"
#include "log/embedded/embedded.hpp"
#include "log/embedded/writer.hpp"

#include <string>
#include <vector>

namespace sluice::log {

/// Names change, and what they stood for goes, in one group. Records and state are stored under ids
/// (keys.hpp): they stay where they are, however many.
class ReplaceJob final : public Job {
public:
    ReplaceJob(Catalog& catalog, const Replacement& what) : catalog_{catalog}, what_{what} {}

    Status add_to(GroupBatch& batch) override;
    void committed() override;

private:
    [[nodiscard]] Status check() const;
    void collect_gone();
    void drop_topic(GroupBatch& batch, const Topic& topic) const;
    void drop_group(GroupBatch& batch, GroupId id) const;

    Catalog& catalog_;
    const Replacement& what_;
    std::vector<std::string> topics_gone_;  ///< that are there, each once
    std::vector<std::string> groups_gone_;
};

}  // namespace sluice::log
