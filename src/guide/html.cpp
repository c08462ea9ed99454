#include "guide/markdown.hpp"

#include <fmt/format.h>

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>
#include <cstdlib>
#include <memory>

namespace sluice::guide {

namespace {

struct Free {
    void operator()(cmark_parser* parser) const { cmark_parser_free(parser); }

    void operator()(cmark_node* node) const { cmark_node_free(node); }

    void operator()(char* text) const { std::free(text); }  // cmark's default allocator is malloc
};

/// What the page shows of itself. Raw HTML and links with a scheme such as javascript: are left
/// out, which is what cmark does unless it is told otherwise.
std::string body_of(std::string_view markdown) {
    cmark_gfm_core_extensions_ensure_registered();
    const std::unique_ptr<cmark_parser, Free> parser{cmark_parser_new(CMARK_OPT_DEFAULT)};
    if (cmark_syntax_extension* tables = cmark_find_syntax_extension("table")) {
        cmark_parser_attach_syntax_extension(parser.get(), tables);
    }
    cmark_parser_feed(parser.get(), markdown.data(), markdown.size());
    const std::unique_ptr<cmark_node, Free> document{cmark_parser_finish(parser.get())};
    const std::unique_ptr<char, Free> html{cmark_render_html(
        document.get(), CMARK_OPT_DEFAULT, cmark_parser_get_syntax_extensions(parser.get())
    )};
    return html.get();
}

}  // namespace

std::string html_page(
    std::string_view title,
    std::string_view language,
    std::string_view root,
    std::string_view markdown
) {
    return fmt::format(
        "<!doctype html>\n"
        "<html lang=\"{}\">\n"
        "<head>\n"
        "<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<title>{}</title>\n"
        "<link rel=\"stylesheet\" href=\"{}style.css\">\n"
        "</head>\n"
        "<body>\n{}</body>\n</html>\n",
        language,
        html_text(title),
        root,
        body_of(markdown)
    );
}

}  // namespace sluice::guide
