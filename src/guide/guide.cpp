#include "guide/guide.hpp"

#include "guide/flow.hpp"
#include "guide/markdown.hpp"
#include "guide/page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace sluice::guide {

namespace {

constexpr std::string_view kStyle =
    R"(body { max-width: 70rem; margin: 2rem auto; padding: 0 1rem; font: 16px/1.5 sans-serif; color: #1c2833; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { border: 1px solid #cfd8df; padding: .3rem .6rem; text-align: left; vertical-align: top; }
th { background: #f4f6f8; }
code, pre { font: 14px/1.4 monospace; background: #f4f6f8; }
pre { padding: .8rem; overflow-x: auto; }
img { max-width: 100%; }
)";

std::string start_page(std::string_view domain, std::string_view ending) {
    std::string out = fmt::format("# {}\n\n", plain(domain));
    for (const Language language : kLanguages) {
        const Words& words = guide::words(language);
        out += fmt::format("- [{}]({}/index{})\n", words.name, words.code, ending);
    }
    return out;
}

}  // namespace

bool Subscriber::wants(const std::string& type) const {
    return types.empty() || std::find(types.begin(), types.end(), type) != types.end();
}

std::vector<File> make_guide(
    const contract::ContractSource& source, std::span<const Subscriber> subscribers
) {
    const std::vector<Message> messages = messages_of(source);
    const std::string& domain = source.contract.domain;
    std::vector<File> files{
        {"style.css", std::string{kStyle}},
        {"flow.svg", flow_picture(source.contract, subscribers)},
        {"index.md", start_page(domain, ".md")},
        {"index.html", html_page(domain, "en", "", start_page(domain, ".html"))}};
    for (const Language language : kLanguages) {
        const Words& words = guide::words(language);
        const std::string folder{words.code};
        const View read{source, messages, subscribers, words, ".md"};
        const View site{source, messages, subscribers, words, ".html"};
        const std::string title = fmt::format(fmt::runtime(words.title), domain);
        files.push_back({folder + "/index.md", index_page(read)});
        files.push_back({folder + "/index.html", html_page(title, folder, "../", index_page(site))}
        );
        for (const Message& one : messages) {
            const std::string path = fmt::format("{}/events/{}", folder, one.file);
            files.push_back({path + ".md", event_page(read, one)});
            files.push_back(
                {path + ".html", html_page(one.type, folder, "../../", event_page(site, one))}
            );
        }
    }
    return files;
}

}  // namespace sluice::guide
