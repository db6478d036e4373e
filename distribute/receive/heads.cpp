#include "distribute/receive/heads.hpp"

#include <algorithm>
#include <exception>

#include "ca/exchange/ledger_head.hpp"

namespace halfday {
namespace {

constexpr std::size_t kMostFileBytes = kMostHeads * (kMostHeadBytes + 1);

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        lines.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return lines;
}

std::string file_of(const std::vector<std::string>& heads) {
    std::string text;
    for (const std::string& head : heads) text += head + "\n";
    return text;
}

std::vector<std::string> read_heads(const ReceiverPlaces& places) {
    try {
        return lines_of(read_file_if_there(places.heads(), kMostFileBytes).value_or(""));
    } catch (const std::exception&) {
        return {};
    }
}

}  // namespace

std::vector<std::string> keep_delivered_head(const ReceiverPlaces& places, const std::string& arrived) noexcept {
    try {
        const std::vector<std::string> known = read_heads(places);
        std::vector<std::string> heads = arrived.empty() ? known : keep_head_texts(known, {arrived});
        if (heads != known) replace_file(places.heads(), file_of(heads));
        return heads;
    } catch (const std::exception&) {
        return {};
    }
}

}  // namespace halfday
