#include "contract/document.hpp"

#include "base/assert.hpp"
#include "contract/json_pointer.hpp"
#include "contract/yaml_scalar.hpp"
#include "contract/yaml_text.hpp"
#include "event/text.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <cerrno>
#include <charconv>
#include <fstream>
#include <sstream>
#include <system_error>

namespace sluice::contract {

namespace {

constexpr std::size_t kFileBytesMax = std::size_t{4} << 20;
constexpr int kLevelsMax = 100;
constexpr std::size_t kValuesMax = 200'000;

}  // namespace

/// Copies yaml-cpp's tree, of which only const nodes are asked: looking a name up in another
/// inserts it.
class TreeBuilder {
public:
    explicit TreeBuilder(Document& document) : document_{document} {}

    Status build(const YAML::Node& root) {
        document_.places_[""] = {place_of_mark(root.Mark()), place_of_mark(root.Mark())};
        return copy(root, "", 0, document_.root_);
    }

private:
    using Json = nlohmann::json;

    Status copy(const YAML::Node& node, const std::string& pointer, int level, Json& into) {
        document_.places_[pointer].value = place_of_mark(node.Mark());
        if (level > kLevelsMax)
            return fail(pointer, fmt::format("more than {} levels", kLevelsMax));
        if (++values_ > kValuesMax)
            return fail(pointer, fmt::format("more than {} values", kValuesMax));
        switch (node.Type()) {
            case YAML::NodeType::Undefined:
            case YAML::NodeType::Null: into = nullptr; return place_null(pointer);
            case YAML::NodeType::Scalar: return copy_scalar(node, pointer, into);
            case YAML::NodeType::Sequence: return copy_list(node, pointer, level, into);
            case YAML::NodeType::Map: return copy_map(node, pointer, level, into);
        }
        SLUICE_UNREACHABLE();
    }

    /// Where nothing is written, yaml-cpp says where the next thing stands.
    Status place_null(const std::string& pointer) {
        Document::Places& places = document_.places_[pointer];
        places.value = places.key;
        return ok();
    }

    Status copy_scalar(const YAML::Node& node, const std::string& pointer, Json& into) {
        const std::string& text = node.Scalar();
        const std::string& tag = node.Tag();
        if (!event::is_utf8(text)) {
            return fail(pointer, "not UTF-8; write the character itself, not as a surrogate pair");
        }
        if (tag == "?" || tag.empty()) {
            into = plain_scalar(text);
        } else if (tag == "!" || tag == "tag:yaml.org,2002:str") {
            into = text;
        } else {
            return fail(
                pointer,
                fmt::format("the tag {} is not known; quote a text instead", event::shown(tag))
            );
        }
        return ok();
    }

    Status copy_list(const YAML::Node& node, const std::string& pointer, int level, Json& into) {
        into = Json::array();
        for (const YAML::Node& item : node) {
            const std::string place = fmt::format("{}/{}", pointer, into.size());
            document_.places_[place].key = place_of_mark(item.Mark());
            Json value;
            if (Status s = copy(item, place, level + 1, value); !s) return s;
            into.push_back(std::move(value));
        }
        return ok();
    }

    Status copy_map(const YAML::Node& node, const std::string& pointer, int level, Json& into) {
        into = Json::object();
        for (const auto& member : node) {
            const YAML::Node& key = member.first;
            if (!key.IsScalar()) return fail(pointer, "a name must be a text");
            const std::string& name = key.Scalar();
            const std::string place = fmt::format("{}/{}", pointer, escaped_token(name));
            const bool twice = into.contains(name);
            document_.places_[place].key = place_of_mark(key.Mark());
            if (!event::is_utf8(name)) return fail(pointer, "a name that is not UTF-8");
            if (twice) return fail_at(place_of_mark(key.Mark()), place, "this name is there twice");
            Json value;
            if (Status s = copy(member.second, place, level + 1, value); !s) return s;
            into[name] = std::move(value);
        }
        return ok();
    }

    [[nodiscard]] Error fail(const std::string& pointer, std::string_view text) const {
        return fail_at(document_.place_of(pointer), pointer, text);
    }

    [[nodiscard]] Error fail_at(Place place, const std::string& pointer, std::string_view text)
        const {
        return Error{ErrorCode::kBadConfig, document_.line(place, pointer, text)};
    }

    Document& document_;
    std::size_t values_{0};
};

Result<Document> Document::parse(std::string name, std::string_view text) {
    Document document{std::move(name)};
    document.places_[""] = {};
    const auto fail = [&](Place place, std::string_view why) {
        return Error{ErrorCode::kBadConfig, document.line(place, "", why)};
    };
    if (text.size() > kFileBytesMax) {
        return fail(
            {}, fmt::format("{} bytes, and at most {} are read", text.size(), kFileBytesMax)
        );
    }
    if (const auto place = find_no_text(text)) {
        return fail(*place, "no text in UTF-8, or a control character, stands here");
    }
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
        return fail({}, "the file is empty");
    }
    try {
        const std::string copy{text};
        if (const auto place = find_second_document(copy)) {
            return fail(*place, "a second document begins; a file holds one");
        }
        if (Status s = TreeBuilder{document}.build(YAML::Load(copy)); !s) return s.error();
    } catch (const YAML::Exception& error) {
        return fail(place_of_mark(error.mark), error.msg);
    }
    return document;
}

Result<Document> Document::read(const std::string& path) {
    std::ifstream file{path, std::ios::binary};
    std::ostringstream text;
    if (file.is_open() && file.peek() != std::ifstream::traits_type::eof()) text << file.rdbuf();
    if (!file.is_open() || file.bad() || text.bad()) {
        const int code = errno;
        const std::string why = std::system_category().message(code == 0 ? EIO : code);
        return Error{ErrorCode::kNotFound, fmt::format("{}: cannot be read: {}", path, why)};
    }
    return parse(path, std::move(text).str());
}

const nlohmann::json* Document::find(std::string_view pointer) const {
    const auto tokens = pointer_tokens(pointer);
    if (!tokens.has_value()) return nullptr;
    const nlohmann::json* value = &root_;
    for (const std::string& token : *tokens) {
        if (value->is_object()) {
            const auto member = value->find(token);
            if (member == value->end()) return nullptr;
            value = &*member;
            continue;
        }
        std::size_t index = 0;
        const char* end = token.data() + token.size();
        const auto [stop, failure] = std::from_chars(token.data(), end, index);
        const bool is_index = failure == std::errc{} && stop == end;
        if (!value->is_array() || !is_index || index >= value->size()) return nullptr;
        value = &(*value)[index];
    }
    return value;
}

const Document::Places& Document::places_of(std::string_view pointer) const {
    while (true) {
        const auto found = places_.find(pointer);
        if (found != places_.end()) return found->second;
        const std::size_t slash = pointer.rfind('/');
        pointer = pointer.substr(0, slash == std::string_view::npos ? 0 : slash);
    }
}

Place Document::place_of(std::string_view pointer) const {
    return places_of(pointer).value;
}

Place Document::place_of_key(std::string_view pointer) const {
    return places_of(pointer).key;
}

std::string Document::line(Place place, std::string_view pointer, std::string_view text) const {
    if (pointer.empty()) return fmt::format("{}:{}:{}: {}", name_, place.line, place.column, text);
    return fmt::format(
        "{}:{}:{}: {}: {}", name_, place.line, place.column, readable_pointer(pointer), text
    );
}

}  // namespace sluice::contract
