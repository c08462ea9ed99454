#include "project/filter.hpp"

#include "base/assert.hpp"
#include "base/match.hpp"
#include "event/text.hpp"
#include "event/view.hpp"
#include "project/record_attributes.hpp"

#include <algorithm>

namespace sluice::project {

struct Filter::Asked {
    const RecordAttributes& attributes;
    const event::EventView& event;
    cesql::Scratch& scratch;
};

namespace {

Verdict verdict_of(bool passes) {
    return passes ? Verdict::kPasses : Verdict::kFiltered;
}

Verdict verdict_of(const cesql::Outcome& outcome) {
    const auto* truth = std::get_if<bool>(&outcome.value);
    if (outcome.fault != cesql::Fault::kNone || truth == nullptr) return Verdict::kUnjudged;
    return verdict_of(*truth);
}

}  // namespace

Verdict Filter::judge(const Record& record, cesql::Scratch& scratch) const {
    const auto view = event::EventView::of(record);
    if (!view) return Verdict::kUnjudged;
    const RecordAttributes attributes{*view};
    return judge(Asked{attributes, *view, scratch});
}

Verdict Filter::judge(const Asked& asked) const {
    /// Of many parts: the verdict that decides, else whether one could not be judged.
    const auto of_parts = [&](const std::vector<Filter>& parts, Verdict decides, Verdict otherwise
                          ) {
        bool unjudged = false;
        for (const Filter& part : parts) {
            const Verdict verdict = part.judge(asked);
            if (verdict == decides) return decides;
            unjudged |= verdict == Verdict::kUnjudged;
        }
        return unjudged ? Verdict::kUnjudged : otherwise;
    };
    return std::visit(
        sluice::Match{
            [&](const All& all) {
                return of_parts(all.parts, Verdict::kFiltered, Verdict::kPasses);
            },
            [&](const Any& any) {
                return of_parts(any.parts, Verdict::kPasses, Verdict::kFiltered);
            },
            [&](const Not& inverse) {
                const Verdict verdict = inverse.part.front().judge(asked);
                if (verdict == Verdict::kUnjudged) return verdict;
                return verdict_of(verdict == Verdict::kFiltered);
            },
            [&](const AttributeTest& test) { return judge_pairs(test, asked); },
            [&](const Cesql& expression) {
                return verdict_of(expression.evaluate(asked.attributes, asked.scratch));
            },
            [&](const FieldFilter& test) { return judge_data(test, asked); }},
        form_
    );
}

Verdict Filter::judge_pairs(const AttributeTest& test, const Asked& asked) {
    return verdict_of(std::all_of(test.pairs.begin(), test.pairs.end(), [&](const auto& pair) {
        const auto text = asked.attributes.text(pair.first);
        if (!text) return false;
        switch (test.match) {
            case Match::kExact: return *text == pair.second;
            case Match::kPrefix: return text->starts_with(pair.second);
            case Match::kSuffix: return text->ends_with(pair.second);
        }
        SLUICE_UNREACHABLE();
    }));
}

/// Data without a content type is JSON, as for CloudEvents' own JSON format.
Verdict Filter::judge_data(const FieldFilter& test, const Asked& asked) {
    const auto type = asked.attributes.text("datacontenttype");
    const auto data = asked.event.data();
    if (data && type && !event::is_json_media_type(*type)) return Verdict::kUnjudged;
    return test.judge(data);
}

std::vector<std::string> Filter::fields() const {
    std::vector<std::string> fields;
    collect_fields(fields);
    return fields;
}

void Filter::collect_fields(std::vector<std::string>& fields) const {
    const auto of_parts = [&](const std::vector<Filter>& parts) {
        for (const Filter& part : parts) part.collect_fields(fields);
    };
    std::visit(
        sluice::Match{
            [&](const All& all) { of_parts(all.parts); },
            [&](const Any& any) { of_parts(any.parts); },
            [&](const Not& inverse) { of_parts(inverse.part); },
            [](const AttributeTest&) {},
            [](const Cesql&) {},
            [&](const FieldFilter& test) {
                for (const FieldPath& path : test.paths()) fields.push_back(path.text());
            }},
        form_
    );
}

}  // namespace sluice::project
