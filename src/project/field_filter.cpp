#include "project/field_filter.hpp"

#include "base/assert.hpp"
#include "event/limits.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::project {

using event::JsonCursor;
using event::JsonKind;

namespace {

bool within(FieldTest::Bound bound, std::partial_ordering order) {
    switch (bound) {
        case FieldTest::Bound::kLess: return order < 0;
        case FieldTest::Bound::kAtMost: return order <= 0;
        case FieldTest::Bound::kMore: return order > 0;
        case FieldTest::Bound::kAtLeast: return order >= 0;
    }
    SLUICE_UNREACHABLE();
}

/// Which fields are there, and which of them are as they must be: a bit each.
struct Found {
    std::uint64_t present{0};
    std::uint64_t holding{0};
};

/// Walks over the data and the tree at once; what nobody asks for is passed over.
class Walk {
public:
    Walk(std::string_view data, const std::vector<FieldTest>& tests)
        : cursor_{data, event::EventLimits{}.json_depth_max},
          tests_{tests} {}

    bool run(const FieldNode& tree) {
        value(tree);
        cursor_.end();
        return cursor_.ok() && !twice_;
    }

    [[nodiscard]] const Found& found() const { return found_; }

private:
    void value(const FieldNode& node) {
        const JsonKind kind = cursor_.peek();
        const bool inner = !node.children.empty() || !node.any.empty();
        if (inner && kind == JsonKind::kObject) return object(node);
        if (inner && kind == JsonKind::kArray) return array(node);
        const std::string_view raw = cursor_.raw();
        if (cursor_.ok()) note(node, kind, raw);
    }

    void object(const FieldNode& node) {
        note(node, JsonKind::kObject, {});
        std::vector<const FieldNode*> seen;
        cursor_.open('{');
        while (cursor_.more('}')) {
            const FieldNode* child = node.child(cursor_.name());
            if (child == nullptr) {
                static_cast<void>(cursor_.raw());
                continue;
            }
            const bool named = node.any.empty() || child != &node.any.front();
            if (named && std::find(seen.begin(), seen.end(), child) != seen.end()) twice_ = true;
            if (named) seen.push_back(child);
            value(*child);
        }
    }

    void array(const FieldNode& node) {
        note(node, JsonKind::kArray, {});
        cursor_.open('[');
        for (std::size_t at = 0; cursor_.more(']'); ++at) {
            const FieldNode* child = node.child(fmt::format_int{at}.c_str());
            if (child != nullptr) {
                value(*child);
            } else {
                static_cast<void>(cursor_.raw());
            }
        }
    }

    void note(const FieldNode& node, JsonKind kind, std::string_view raw) {
        for (const std::size_t path : node.paths) {
            const std::uint64_t bit = std::uint64_t{1} << path;
            found_.present |= bit;
            if ((found_.holding & bit) == 0 && tests_[path].holds(kind, raw)) {
                found_.holding |= bit;
            }
        }
    }

    JsonCursor cursor_;
    const std::vector<FieldTest>& tests_;
    Found found_;
    bool twice_{false};
};

}  // namespace

bool FieldTest::holds(JsonKind kind, std::string_view raw) const {
    const bool listed = std::any_of(one_of.begin(), one_of.end(), [&](const DataValue& value) {
        return value.equals(kind, raw);
    });
    if (!one_of.empty() && !listed) return false;
    if (prefix || suffix) {
        if (kind != JsonKind::kString) return false;
        std::string buffer;
        const std::string_view text = string_in(raw, buffer);
        if (prefix && !text.starts_with(*prefix)) return false;
        if (suffix && !text.ends_with(*suffix)) return false;
    }
    if (bounds.empty()) return true;
    if (kind != JsonKind::kNumber) return false;
    const JsonNumber number = JsonNumber::parse(raw);
    return std::all_of(bounds.begin(), bounds.end(), [&](const auto& bound) {
        return within(bound.first, number.compare(bound.second));
    });
}

Verdict FieldFilter::judge(std::optional<std::string_view> data) const {
    Found found;
    if (data) {
        Walk walk{*data, tests_};
        if (!walk.run(tree_)) return Verdict::kUnjudged;
        found = walk.found();
    }
    for (std::size_t path = 0; path < tests_.size(); ++path) {
        const std::uint64_t bit = std::uint64_t{1} << path;
        const bool holds =
            tests_[path].absent ? (found.present & bit) == 0 : (found.holding & bit) != 0;
        if (!holds) return Verdict::kFiltered;
    }
    return Verdict::kPasses;
}

}  // namespace sluice::project
