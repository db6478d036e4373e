#include "ca/exchange/seen_chains.hpp"

#include <fcntl.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "ca/base/error.hpp"
#include "ca/base/processors.hpp"
#include "ca/exchange/cache_bytes.hpp"
#include "ca/exchange/find_in_order.hpp"

namespace halfday {
namespace {

constexpr std::string_view kChainsMagic = "halfday chains cache 1\n";

/// Of whatever is at its place: only that of a file that was read once is known.
FileStamp stamp_at(const FileDescriptor& folder, const std::string& place) {
    struct stat status {};
    return ::fstatat(folder.get(), place.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 ? stamp_of(status) : FileStamp{};
}

}  // namespace

SeenChains::SeenChains(const Path& exchange, Path cache)
    : spool_(exchange),
      folder_(::open((exchange / "chains").c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)),
      cache_(std::move(cache)),
      bytes_(read_cache(cache_)),
      known_(parse(bytes_)),
      looking_(std::async(std::launch::async, [this] { look_at_known(); })) {}

void SeenChains::look_at_known() {
    in_parallel(known_.size(), kManyStamps,
                [&](std::size_t at) { known_[at].now = stamp_at(folder_, std::string(known_[at].place)); });
}

std::vector<SeenChains::Known> SeenChains::parse(std::string_view bytes) {
    const auto content = cache_content(bytes, kChainsMagic);
    if (!content) return {};
    try {
        CacheReader in(*content);
        return in.list([&] {
            Known known;
            known.place = in.text();
            known.stamp = in.stamp();
            known.sha256 = in.text();
            known.answers = in.text();
            return known;
        });
    } catch (const Error&) {
        return {};
    }
}

std::optional<ChainWord> SeenChains::look(const HostName& host, const EntryName& entry) {
    if (looking_.valid()) looking_.get();
    std::string place = host.text() + "/" + entry.text() + ".pem";
    Known* const known =
        find_in_order(known_, next_, std::string_view(place), [](const Known& each) { return each.place; });
    if (known != nullptr && known->stamp == known->now) {
        known->holds = true;
        return ChainWord{std::string(known->sha256), std::string(known->answers)};
    }
    const FileStamp stamp = stamp_at(folder_, place);
    const auto chain = spool_.chain(host, entry);
    if (!chain) {
        return std::nullopt;
    }
    ChainWord word{sha256_hex(*chain), answered_request(*chain).value_or("")};
    read_.push_back({std::move(place), stamp, word});
    return word;
}

void SeenChains::save() {
    const bool has_news =
        !read_.empty() || !std::all_of(known_.begin(), known_.end(), [](const Known& known) { return known.holds; });
    if (!has_news || cache_.empty()) {
        return;
    }
    std::vector<Known> all;
    std::copy_if(known_.begin(), known_.end(), std::back_inserter(all), [](const Known& known) { return known.holds; });
    for (const Seen& seen : read_) {
        if (is_settled(seen.stamp, began_))
            all.push_back(
                {.place = seen.place, .stamp = seen.stamp, .sha256 = seen.word.sha256, .answers = seen.word.answers});
    }
    std::sort(all.begin(), all.end(), [](const Known& a, const Known& b) { return a.place < b.place; });
    CacheWriter out(kChainsMagic);
    out.list(all, [&](const Known& known) {
        out.text(known.place);
        out.stamp(known.stamp);
        out.text(known.sha256);
        out.text(known.answers);
    });
    write_cache(cache_, out.seal());
}

}  // namespace halfday
