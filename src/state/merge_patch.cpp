#include "state/merge_patch.hpp"

#include "event/json_cursor.hpp"

#include <map>
#include <utility>
#include <vector>

namespace sluice::state {

namespace {

using event::JsonCursor;
using event::JsonKind;

constexpr std::size_t kDepthMax = 512;
constexpr std::string_view kEmpty = "{}";

/// A member of an object, as the bytes that it has there.
struct Member {
    std::string_view name;   ///< with its quotes
    std::string_view value;  ///< empty: it was taken out
};

/// The members of an object by their names. Lifetime: the text outlives it.
class Members {
public:
    static Result<Members> of(std::string_view text) {
        Members made;
        JsonCursor at{text, kDepthMax};
        at.open('{');
        while (at.more('}')) {
            static_cast<void>(at.peek());  // blanks
            const std::size_t from = at.position();
            const std::string name = at.name();
            const std::string_view written = text.substr(from, at.position() - from);
            made.put(name, written.substr(0, written.rfind('"') + 1), at.raw());
        }
        if (!at.ok()) return *at.failure();
        return made;
    }

    [[nodiscard]] std::string_view value_of(const std::string& name) const {
        const auto found = places_.find(name);
        return found == places_.end() ? std::string_view{} : all_[found->second].value;
    }

    void put(const std::string& name, std::string_view written, std::string_view value) {
        const auto [found, is_new] = places_.emplace(name, all_.size());
        if (is_new) {
            all_.push_back({written, value});
        } else {
            all_[found->second].value = value;
        }
    }

    void remove(const std::string& name) {
        const auto found = places_.find(name);
        if (found == places_.end()) return;
        all_[found->second].value = {};
        places_.erase(found);
    }

    [[nodiscard]] const std::map<std::string, std::size_t>& places() const { return places_; }

    [[nodiscard]] const Member& at(std::size_t place) const { return all_[place]; }

    [[nodiscard]] std::string text() const {
        std::string out = "{";
        for (const Member& one : all_) {
            if (one.value.empty()) continue;
            if (out.size() > 1) out += ',';
            out += one.name;
            out += ':';
            out += one.value;
        }
        return out + '}';
    }

    [[nodiscard]] std::size_t size() const { return all_.size(); }

private:
    std::vector<Member> all_;
    std::map<std::string, std::size_t> places_;
};

JsonKind kind_of(std::string_view text) {
    return JsonCursor{text, kDepthMax}.peek();
}

Result<std::string> merged(std::string_view target, std::string_view patch) {
    if (kind_of(patch) != JsonKind::kObject) return std::string{patch};
    auto into = Members::of(kind_of(target) == JsonKind::kObject ? target : kEmpty);
    if (!into) return into.error().at("state");
    const auto from = Members::of(patch);
    if (!from) return from.error().at("data");
    std::vector<std::string> made(from->size());  // what members borrow from
    std::vector<const std::string*> names(from->size());
    for (const auto& [name, place] : from->places()) names[place] = &name;
    for (std::size_t place = 0; place < names.size(); ++place) {
        const std::string& name = *names[place];
        const Member& change = from->at(place);
        if (kind_of(change.value) == JsonKind::kNull) {
            into->remove(name);
            continue;
        }
        auto value = merged(into->value_of(name), change.value);
        if (!value) return value.error();
        made[place] = std::move(value).value();
        into->put(name, change.name, made[place]);
    }
    return into->text();
}

}  // namespace

Result<std::string_view> whole_json(std::string_view text) {
    JsonCursor at{text, kDepthMax};
    const std::string_view value = at.raw();
    at.end();
    if (!at.ok()) return at.failure()->at("data");
    return value;
}

Result<std::string> merge_patch(std::string_view target, std::string_view patch) {
    const auto change = whole_json(patch);
    if (!change) return change.error();
    return merged(target, change.value());
}

}  // namespace sluice::state
