#include "ca/issuer/change_over.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>

#include "ca/issuer/issuer_keys.hpp"
#include "ca/issuer/sealed_keys.hpp"
#include "ca/x509/chain.hpp"

namespace halfday {
namespace {

/// One whose key is gone already has nothing left to retire.
std::vector<KeyPlace> expired_places(const std::vector<Accepted>& accepted, const Certificate& signing, Time now) {
    std::vector<KeyPlace> places;
    for (const Accepted& each : accepted) {
        const Path& folder = each.place.folder;
        const bool lives = std::any_of(accepted.begin(), accepted.end(), [&](const Accepted& other) {
            return other.place.folder == folder &&
                   (now <= other.certificate.not_after() || other.certificate == signing);
        });
        const bool is_known =
            std::any_of(places.begin(), places.end(), [&](const KeyPlace& place) { return place.folder == folder; });
        if (!lives && !is_known && each.place.has_key()) {
            places.push_back(each.place);
        }
    }
    return places;
}

std::string retire(const KeyPlace& place, const Path& state) {
    const bool is_first = place.folder == state;
    const auto& file = place.key.file();
    const bool is_ours = file && (!is_first || file->parent_path() == state);
    if (is_ours) {
        remove_file(*file);
    }
    for (const Path& kept : {place.previous(), place.chain(), place.request()}) {
        remove_file(kept);
    }
    if (!is_first) {
        std::error_code ignored;  // something else is in it: it stays
        std::filesystem::remove(place.folder, ignored);
    }
    return is_ours ? fmt::format("deleted the key '{}': its intermediate has expired, and another one signs",
                                 place.key.text())
                   : fmt::format("the key '{}' is not needed any more: its intermediate has expired; delete it",
                                 place.key.text());
}

}  // namespace

std::optional<std::string> change_over(const Ledger& ledger, const Certificate& signing) {
    const std::int64_t newest = ledger.head().size;
    if (newest == 0) {
        return std::nullopt;
    }
    const Certificate before = parse_chain(ledger.chain_pem(newest)).back();
    if (before == signing) {
        return std::nullopt;
    }
    return fmt::format("from now on the intermediate {} signs, until {}; before it {}, which ends at {}, did",
                       signing.fingerprint().text(), format_time(signing.not_after()), before.fingerprint().text(),
                       format_time(before.not_after()));
}

std::vector<std::string> retire_expired(const Places& places, std::string_view key_uri, const Certificate& signing,
                                        Time now) {
    std::vector<std::string> lines;
    for (const KeyPlace& place : expired_places(read_accepted(places, key_uri), signing, now)) {
        lines.push_back(retire(place, places.issuer()));
    }
    for (const SealedKey& sealed : find_sealed(places).whole) {
        if (sealed.certificate && sealed.certificate->not_after() < now) {
            remove_sealed(sealed.place);
            lines.push_back(
                fmt::format("deleted the sealed key '{}': its window has passed", sealed.place.sealed().string()));
        }
    }
    return lines;
}

}  // namespace halfday
