#include "ca/issuer/issuer_keys.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "ca/base/error.hpp"
#include "ca/issuer/issuer_files.hpp"
#include "ca/x509/chain.hpp"

namespace halfday {
namespace {

std::string digits_of(const Fingerprint& fingerprint) {
    std::string digits = fingerprint.text();
    digits.erase(std::remove(digits.begin(), digits.end(), ' '), digits.end());
    return digits;
}

std::vector<KeyPlace> find_next_places(const Places& places) {
    const Path parent = IssuerFiles(places).intermediates();
    std::vector<KeyPlace> found;
    std::error_code failure;
    for (std::filesystem::directory_iterator it(parent, failure), end; !failure && it != end; it.increment(failure)) {
        std::error_code unseen;
        if (std::filesystem::exists(it->path() / "key.pem", unseen)) {
            found.push_back(key_place_in(it->path()));
        }
    }
    if (failure && failure != std::errc::no_such_file_or_directory) {
        throw Error(ErrorKind::io, "cannot read '" + parent.string() + "': " + failure.message());
    }
    std::sort(found.begin(), found.end(),
              [](const KeyPlace& left, const KeyPlace& right) { return left.folder < right.folder; });
    return found;
}

void add_accepted(const KeyPlace& place, const Path& file, std::vector<Accepted>& accepted) {
    const auto pem = read_file_if_there(file, kMostChainBytes);
    if (!pem) {
        return;
    }
    try {
        accepted.push_back({place, parse_chain(*pem).front(), file});
    } catch (const Error& error) {
        throw Error(error.kind(), "'" + file.string() + "' is no chain: " + error.what(),
                    "halfday accept CHAIN, with the chain that was accepted before");
    }
}

}  // namespace

bool KeyPlace::has_key() const { return std::filesystem::exists(key.file() ? *key.file() : request()); }

KeyPlace key_place_in(const Path& folder) { return {KeyUri::of_file(folder / "key.pem"), folder}; }

KeyPlace first_key_place(const Places& places, std::string_view uri) {
    return {KeyUri::parse(uri, places.issuer()), places.issuer()};
}

KeyPlace next_key_place(const Places& places, const PublicKey& key) {
    return key_place_in(IssuerFiles(places).intermediates() / digits_of(key.fingerprint()));
}

std::vector<KeyPlace> find_key_places(const Places& places, std::string_view uri) {
    std::vector<KeyPlace> found = find_next_places(places);
    KeyPlace first = first_key_place(places, uri);
    if (first.has_key()) {
        found.insert(found.begin(), std::move(first));
    }
    return found;
}

void remove_key_leftovers(const Places& places) noexcept {
    const IssuerFiles files(places);
    remove_leftovers(files.folder);
    std::error_code failure;  // without the folder there is nothing to remove
    for (std::filesystem::directory_iterator it(files.intermediates(), failure), end; !failure && it != end;
         it.increment(failure)) {
        remove_leftovers(it->path());
    }
}

std::vector<Accepted> read_accepted(const Places& places, std::string_view uri) {
    std::vector<KeyPlace> all = find_next_places(places);
    all.insert(all.begin(), first_key_place(places, uri));
    std::vector<Accepted> accepted;
    for (const KeyPlace& place : all) {
        add_accepted(place, place.chain(), accepted);
        add_accepted(place, place.previous(), accepted);
    }
    return accepted;
}

const Accepted& newest_of(const std::vector<Accepted>& accepted) {
    return *std::max_element(accepted.begin(), accepted.end(), [](const Accepted& left, const Accepted& right) {
        return left.certificate.not_before() < right.certificate.not_before();
    });
}

std::vector<Term> terms_of(const std::vector<Accepted>& accepted) {
    std::vector<Term> terms;
    terms.reserve(accepted.size());
    for (const Accepted& each : accepted) {
        terms.push_back({each.certificate.not_before(), each.certificate.not_after()});
    }
    return terms;
}

}  // namespace halfday
