#include "contract/load_parts.hpp"
#include "contract/nearest.hpp"
#include "event/text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

namespace sluice::contract::parts {

namespace {

/// Finds circles in "waits for"; each is told once, at the type in it that comes first.
class CircleFinder {
public:
    CircleFinder(const Contract& contract, const MessageNodes& messages)
        : contract_{contract},
          messages_{messages} {}

    void find() {
        for (const auto& [name, type] : contract_.types) visit(type);
    }

private:
    void visit(const MessageType& type) {
        if (done_.contains(type.name)) return;
        const auto begin = std::find(path_.begin(), path_.end(), type.name);
        if (begin != path_.end()) return tell({begin, path_.end()});
        path_.push_back(type.name);
        for (const Rule& rule : type.rules) {
            for (const std::string& name : rule.types) {
                if (const MessageType* before = contract_.type(name); before != nullptr)
                    visit(*before);
            }
        }
        path_.pop_back();
        done_.insert(type.name);
    }

    void tell(std::vector<std::string> circle) const {
        std::rotate(circle.begin(), std::min_element(circle.begin(), circle.end()), circle.end());
        const Node& node = messages_.find(circle.front())->second;
        circle.push_back(circle.front());
        for (std::string& name : circle) name = readable_name(name);
        node.at("x-sluice")
            .problem(fmt::format(
                "the rules lead in a circle, so none of these could ever go: {}",
                fmt::join(circle, " after ")
            ));
    }

    const Contract& contract_;
    const MessageNodes& messages_;
    std::vector<std::string> path_;
    std::set<std::string> done_;
};

void check_names(const Contract& contract, const MessageNodes& messages) {
    std::vector<std::string_view> names;
    for (const auto& [name, type] : contract.types) names.emplace_back(name);
    for (const auto& [name, type] : contract.types) {
        for (const Rule& rule : type.rules) {
            for (const std::string& before : rule.types) {
                if (contract.type(before) != nullptr) continue;
                messages.find(name)
                    ->second.at("x-sluice")
                    .problem(fmt::format(
                        "{} is no type of this contract{}",
                        event::shown(before),
                        did_you_mean(before, names)
                    ));
            }
        }
    }
}

/// What each type's releases must make known, because some rule will ask for it.
void mark_wanted(Contract& contract) {
    for (const auto& [name, type] : contract.types) {
        for (const Rule& rule : type.rules) {
            for (const std::string& before : rule.types) {
                const auto found = contract.types.find(before);
                if (found == contract.types.end()) continue;
                found->second.wanted_by_rules = true;
                if (!rule.same.has_value()) continue;
                auto& remembered = found->second.remembered;
                const auto at = std::lower_bound(
                    remembered.begin(),
                    remembered.end(),
                    rule.same->text(),
                    [](const JsonPointer& pointer, const std::string& text) {
                        return pointer.text() < text;
                    }
                );
                const bool known = at != remembered.end() && at->text() == rule.same->text();
                if (!known) remembered.insert(at, *rule.same);
            }
        }
    }
}

}  // namespace

void check_rules(Contract& contract, const MessageNodes& messages) {
    check_names(contract, messages);
    CircleFinder{contract, messages}.find();
    mark_wanted(contract);
}

}  // namespace sluice::contract::parts
