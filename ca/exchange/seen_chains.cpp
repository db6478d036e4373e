#include "ca/exchange/seen_chains.hpp"

#include <fcntl.h>

#include <algorithm>
#include <utility>

#include "ca/exchange/cache_bytes.hpp"

namespace halfday {
namespace {

constexpr std::string_view kMagic = "halfday chains cache 1\n";

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
      known_(parse(read_cache(cache_))) {
    looked_.reserve(known_.size());
}

std::vector<SeenChains::Seen> SeenChains::parse(std::string_view bytes) {
    auto known = parse_cache(bytes, kMagic, [](CacheReader& in) -> std::optional<std::vector<Seen>> {
        return in.list([&] {
            Seen seen;
            seen.place = in.text();
            seen.stamp = in.stamp();
            seen.word.sha256 = in.text();
            seen.word.answers = in.text();
            return seen;
        });
    });
    return known ? std::move(*known) : std::vector<Seen>{};
}

SeenChains::Seen* SeenChains::find(const std::string& place) {
    if (next_ >= known_.size() || known_[next_].place != place) {
        const auto found = std::lower_bound(known_.begin(), known_.end(), place,
                                            [](const Seen& seen, const std::string& key) { return seen.place < key; });
        if (found == known_.end() || found->place != place) {
            return nullptr;
        }
        next_ = static_cast<std::size_t>(found - known_.begin());
    }
    return &known_[next_++];
}

std::optional<ChainWord> SeenChains::look(const HostName& host, const EntryName& entry) {
    const std::string place = host.text() + "/" + entry.text() + ".pem";
    const FileStamp stamp = stamp_at(folder_, place);
    Seen* const known = find(place);
    if (known != nullptr && known->stamp == stamp) {
        ++used_;
        looked_.push_back(std::move(*known));
        return looked_.back().word;
    }
    const auto chain = spool_.chain(host, entry);
    if (!chain) {
        return std::nullopt;
    }
    ChainWord word{sha256_hex(*chain), answered_request(*chain).value_or("")};
    looked_.push_back({place, stamp, word});
    return word;
}

void SeenChains::save() {
    const bool has_news = used_ != known_.size() || used_ != looked_.size();
    if (!has_news || cache_.empty()) {
        return;
    }
    std::sort(looked_.begin(), looked_.end(), [](const Seen& a, const Seen& b) { return a.place < b.place; });
    std::erase_if(looked_, [&](const Seen& seen) { return !is_settled(seen.stamp, began_); });
    CacheWriter out(kMagic);
    out.list(looked_, [&](const Seen& seen) {
        out.text(seen.place);
        out.stamp(seen.stamp);
        out.text(seen.word.sha256);
        out.text(seen.word.answers);
    });
    write_cache(cache_, out.seal());
}

}  // namespace halfday
