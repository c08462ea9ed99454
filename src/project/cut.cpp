#include "project/cut.hpp"

#include "event/json_cursor.hpp"
#include "event/limits.hpp"

#include <fmt/format.h>

#include <utility>

namespace sluice::project {

using event::JsonCursor;
using event::JsonKind;

namespace {

bool is_container(JsonKind kind) {
    return kind == JsonKind::kObject || kind == JsonKind::kArray;
}

/// Writes members and elements one by one, with what stands between them.
class List {
public:
    List(std::string& out, char opening) : out_{out} { out_.push_back(opening); }

    void next() {
        if (!std::exchange(first_, false)) out_.push_back(',');
    }

private:
    std::string& out_;
    bool first_{true};
};

/// One walk over the data, and over the tree as far as it goes along.
class Cutter {
public:
    explicit Cutter(std::string_view data)
        : data_{data},
          cursor_{data, event::EventLimits{}.json_depth_max} {
        out_.reserve(data.size());
    }

    Result<std::string> keep(const FieldNode& fields) {
        if (!is_container(cursor_.peek())) {
            static_cast<void>(cursor_.raw());
            cursor_.end();
            cursor_.fail("neither an object nor a list, so there are no fields to keep");
        } else {
            keep_within(fields);
        }
        return result();
    }

    Result<std::string> drop(const FieldNode& fields) {
        drop_within(fields);
        return result();
    }

private:
    Result<std::string> result() {
        cursor_.end();
        if (!cursor_.ok()) return cursor_.failure()->at("data");
        return std::move(out_);
    }

    /// The name that comes, as its bytes with the quotes; `name` decoded.
    std::string_view name_bytes(std::string& name) {
        static_cast<void>(cursor_.peek());
        const std::size_t begin = cursor_.position();
        name = cursor_.name();
        const std::string_view bytes = data_.substr(begin, cursor_.position() - begin);
        return bytes.substr(0, bytes.rfind('"') + 1);
    }

    void keep_within(const FieldNode& node) {
        if (cursor_.peek() == JsonKind::kObject) {
            keep_members(node);
        } else {
            keep_elements(node);
        }
    }

    void keep_members(const FieldNode& node) {
        cursor_.open('{');
        List list{out_, '{'};
        std::string name;
        while (cursor_.more('}')) {
            const std::string_view bytes = name_bytes(name);
            const FieldNode* child = node.child(name);
            if (child == nullptr || !has_fields(*child)) {
                static_cast<void>(cursor_.raw());
                continue;
            }
            list.next();
            out_.append(bytes).push_back(':');
            keep_value(*child);
        }
        out_.push_back('}');
    }

    void keep_elements(const FieldNode& node) {
        cursor_.open('[');
        List list{out_, '['};
        for (std::size_t at = 0; cursor_.more(']'); ++at) {
            const FieldNode* child = node.child(fmt::format_int{at}.c_str());
            if (child == nullptr || !has_fields(*child)) {
                static_cast<void>(cursor_.raw());
                continue;
            }
            list.next();
            keep_value(*child);
        }
        out_.push_back(']');
    }

    /// Whether what comes is kept whole, or can have fields that are.
    bool has_fields(const FieldNode& node) { return node.is_end() || is_container(cursor_.peek()); }

    void keep_value(const FieldNode& node) {
        if (node.is_end()) {
            out_.append(cursor_.raw());
        } else {
            keep_within(node);
        }
    }

    void drop_within(const FieldNode& node) {
        const JsonKind kind = cursor_.peek();
        if (kind == JsonKind::kObject) return drop_members(node);
        if (kind == JsonKind::kArray) return drop_elements(node);
        out_.append(cursor_.raw());
    }

    void drop_members(const FieldNode& node) {
        cursor_.open('{');
        List list{out_, '{'};
        std::string name;
        while (cursor_.more('}')) {
            const std::string_view bytes = name_bytes(name);
            const FieldNode* child = node.child(name);
            if (child != nullptr && child->is_end()) {
                static_cast<void>(cursor_.raw());
                continue;
            }
            list.next();
            out_.append(bytes).push_back(':');
            drop_value(child);
        }
        out_.push_back('}');
    }

    void drop_elements(const FieldNode& node) {
        cursor_.open('[');
        List list{out_, '['};
        for (std::size_t at = 0; cursor_.more(']'); ++at) {
            const FieldNode* child = node.child(fmt::format_int{at}.c_str());
            if (child != nullptr && child->is_end()) {
                static_cast<void>(cursor_.raw());
                continue;
            }
            list.next();
            drop_value(child);
        }
        out_.push_back(']');
    }

    void drop_value(const FieldNode* node) {
        if (node == nullptr) {
            out_.append(cursor_.raw());
        } else {
            drop_within(*node);
        }
    }

    std::string_view data_;
    JsonCursor cursor_;
    std::string out_;
};

}  // namespace

Result<std::string> keep_fields(std::string_view data, const FieldNode& fields) {
    return Cutter{data}.keep(fields);
}

Result<std::string> drop_fields(std::string_view data, const FieldNode& fields) {
    return Cutter{data}.drop(fields);
}

}  // namespace sluice::project
