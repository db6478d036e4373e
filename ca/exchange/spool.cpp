#include "ca/exchange/spool.hpp"

#include <unistd.h>

#include <algorithm>
#include <numeric>
#include <system_error>

#include "ca/base/error.hpp"
#include "ca/exchange/crls.hpp"
#include "ca/exchange/ledger_head.hpp"
#include "ca/exchange/message.hpp"

namespace halfday {
namespace {

constexpr std::string_view kRequestLine = "Request: ";
constexpr std::size_t kNameDigits = 64;
constexpr mode_t kFolderMode = 0755;  // the exchange itself lets only group halfday in
constexpr mode_t kFileMode = 0644;

/// One of the exchange's trees: its folder, its files' ending, and how large one may be.
struct Tree {
    std::string_view folder;
    std::string_view ending;
    std::size_t most;
};

constexpr Tree kRequests{"requests", ".jws", kMostMessageBytes};
constexpr Tree kReceipts{"receipts", ".jws", kMostMessageBytes};
constexpr Tree kChains{"chains", ".pem", kMostChainFileBytes};
constexpr std::string_view kStaging = "_staging";
constexpr std::string_view kHeadFile = "ledger_head.jws";
constexpr std::string_view kCrlsFile = "root_crls.pem";

Path place_of(const Tree& tree, const HostName& host, const EntryName& entry) {
    return Path(tree.folder) / host.text() / (entry.text() + std::string(tree.ending));
}

bool holds(const Path& exchange, const Path& place, std::size_t most, std::string_view content) {
    try {
        return read_beneath(exchange, place, most) == content;
    } catch (const Error&) {
        return false;  // whatever is there is replaced
    }
}

/// Whatever else is in the place of a host's folder or of its file goes, a folder only when it is empty; so does what a
/// killed writer left.
void clear_the_way(const Path& file) {
    const Path folder = file.parent_path();
    std::error_code error;
    if (!std::filesystem::is_directory(std::filesystem::symlink_status(folder, error))) ::unlink(folder.c_str());
    ::rmdir(file.c_str());
    remove_leftovers(folder);
}

/// Whether it was not there already.
bool put(const Path& exchange, const Tree& tree, const HostName& host, const EntryName& entry,
         std::string_view content) {
    const Path place = place_of(tree, host, entry);
    if (content.size() > tree.most) {
        throw Error(ErrorKind::corrupt,
                    "'" + place.string() + "' would be larger than " + std::to_string(tree.most) + " bytes");
    }
    if (holds(exchange, place, tree.most, content)) {
        return false;
    }
    clear_the_way(exchange / place);
    make_folder((exchange / place).parent_path(), kFolderMode);
    replace_file(exchange / place, content, {.mode = kFileMode, .group = std::nullopt});
    return true;
}

bool is_name_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

}  // namespace

bool Spool::put_request(const HostName& host, const EntryName& entry, std::string_view jws) const {
    return put(folder_, kRequests, host, entry, jws);
}

void Spool::put_receipt(const HostName& host, const EntryName& entry, std::string_view jws) const {
    put(folder_, kReceipts, host, entry, jws);
}

void Spool::publish_chain(const HostName& host, const EntryName& entry, std::string_view chain_file) const {
    put(folder_, kChains, host, entry, chain_file);
}

Path Spool::staging() const { return folder_ / kChains.folder / kStaging; }

void Spool::clear_staging() const noexcept { remove_leftovers(staging()); }

std::vector<bool> Spool::publish_chains(const std::vector<ChainFile>& chains) const {
    std::vector<PlacedFile> files;
    for (const ChainFile& chain : chains) {
        files.push_back({folder_ / place_of(kChains, chain.host, chain.entry), chain.text});
    }
    std::vector<std::size_t> left(chains.size());
    std::iota(left.begin(), left.end(), std::size_t{0});
    try {
        left = replace_files(staging(), files, {.mode = kFileMode, .group = std::nullopt}, kFolderMode);
    } catch (const Error&) {
    }
    std::vector<bool> published(chains.size(), true);
    for (const std::size_t at : left) {
        try {
            publish_chain(chains[at].host, chains[at].entry, chains[at].text);
        } catch (const Error&) {
            published[at] = false;
        }
    }
    return published;
}

std::optional<std::string> Spool::request(const HostName& host, const EntryName& entry) const {
    return read_beneath(folder_, place_of(kRequests, host, entry), kRequests.most);
}

std::optional<std::string> Spool::receipt(const HostName& host, const EntryName& entry) const {
    return read_beneath(folder_, place_of(kReceipts, host, entry), kReceipts.most);
}

std::optional<std::string> Spool::chain(const HostName& host, const EntryName& entry) const {
    return read_beneath(folder_, place_of(kChains, host, entry), kChains.most);
}

void Spool::publish(std::string_view name, std::string_view content) const {
    const Path file = folder_ / kChains.folder / name;
    const Access access{.mode = kFileMode, .group = std::nullopt};
    if (!replace_files(staging(), {{file, std::string(content)}}, access, kFolderMode).empty()) {
        throw Error(ErrorKind::io, "cannot replace '" + file.string() + "'");
    }
}

void Spool::publish_head(std::string_view signed_head) const { publish(kHeadFile, signed_head); }

std::optional<std::string> Spool::head() const {
    return read_beneath(folder_, Path(kChains.folder) / kHeadFile, kMostHeadBytes);
}

void Spool::publish_crls(std::string_view pem) const {
    if (!holds(folder_, Path(kChains.folder) / kCrlsFile, kMostCrlsBytes, pem)) publish(kCrlsFile, pem);
}

std::optional<std::string> Spool::crls() const {
    return read_beneath(folder_, Path(kChains.folder) / kCrlsFile, kMostCrlsBytes);
}

std::string chain_file(std::string_view request_sha256, std::string_view chain_pem) {
    return std::string(kRequestLine) + std::string(request_sha256) + "\n" + std::string(chain_pem);
}

std::optional<std::string> answered_request(std::string_view chain_file) {
    const std::string_view line = chain_file.substr(0, chain_file.find('\n'));
    if (line.size() == chain_file.size() || !line.starts_with(kRequestLine)) {
        return std::nullopt;
    }
    const std::string_view hash = line.substr(kRequestLine.size());
    if (hash.size() != kNameDigits || !std::all_of(hash.begin(), hash.end(), is_name_digit)) {
        return std::nullopt;
    }
    return std::string(hash);
}

}  // namespace halfday
