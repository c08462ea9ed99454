#include "contract/yaml_text.hpp"

#include "event/text.hpp"

#include <yaml-cpp/eventhandler.h>

#include <sstream>

namespace sluice::contract {

namespace {

/// Walks over documents and keeps where the last one begins.
class DocumentWalker final : public YAML::EventHandler {
public:
    void OnDocumentStart(const YAML::Mark& mark) override { start_ = mark; }

    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark&, YAML::anchor_t) override {}

    void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}

    void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&)
        override {}

    void OnSequenceStart(
        const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value
    ) override {}

    void OnSequenceEnd() override {}

    void OnMapStart(
        const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value
    ) override {}

    void OnMapEnd() override {}

    [[nodiscard]] YAML::Mark start() const { return start_; }

private:
    YAML::Mark start_;
};

}  // namespace

Place place_of_mark(const YAML::Mark& mark) {
    if (mark.is_null()) return {};
    return {static_cast<std::size_t>(mark.line) + 1, static_cast<std::size_t>(mark.column) + 1};
}

std::optional<Place> find_no_text(std::string_view text) {
    Place place;
    while (!text.empty()) {
        const event::CodePoint next = event::decode_utf8(text.substr(0, 4));
        const bool blank = next.value == '\t' || next.value == '\n' || next.value == '\r';
        const bool allowed = blank || event::allowed_in_attribute(next.value);
        if (next.size == 0 || !allowed) return place;
        place = next.value == '\n' ? Place{place.line + 1, 1}
                                   : Place{place.line, place.column + next.size};
        text.remove_prefix(next.size);
    }
    return std::nullopt;
}

std::optional<Place> find_second_document(const std::string& text) {
    std::istringstream in{text};
    YAML::Parser parser{in};
    DocumentWalker walker;
    if (!parser.HandleNextDocument(walker) || !parser.HandleNextDocument(walker)) {
        return std::nullopt;
    }
    return place_of_mark(walker.start());
}

}  // namespace sluice::contract
