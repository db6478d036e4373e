#include "ca/issuer/sealed_keys.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <variant>

#include "ca/issuer/intermediate.hpp"
#include "ca/issuer/issuer_files.hpp"
#include "ca/x509/csr.hpp"

namespace halfday {
namespace {

std::vector<Path> sealed_folders(const Places& places) {
    const Path parent = IssuerFiles(places).intermediates();
    std::vector<Path> folders;
    std::error_code failure;
    for (std::filesystem::directory_iterator it(parent, failure), end; !failure && it != end; it.increment(failure)) {
        std::error_code unseen;
        const KeyPlace place = key_place_in(it->path());
        if (std::filesystem::exists(place.sealed(), unseen) && !place.has_key()) {
            folders.push_back(it->path());
        }
    }
    if (failure && failure != std::errc::no_such_file_or_directory) {
        throw Error(ErrorKind::io, fmt::format("cannot read '{}': {}", parent.string(), failure.message()));
    }
    std::sort(folders.begin(), folders.end());
    return folders;
}

[[noreturn]] void throw_other_key(const Path& file, const Path& folder) {
    throw Error(ErrorKind::corrupt, fmt::format("'{}' is for another key than the one that '{}' is named after",
                                                file.string(), folder.string()));
}

SealedKey read_sealed(const Places& places, const Path& folder) {
    const KeyPlace place = key_place_in(folder);
    SealedKey sealed{place, Csr::parse_pem(read_file(place.request(), Csr::kMostBytes)).public_key(), std::nullopt};
    if (next_key_place(places, sealed.key).folder != folder) {
        throw_other_key(place.request(), folder);
    }
    if (const auto pem = read_file_if_there(place.chain(), kMostChainBytes)) {
        sealed.certificate = parse_chain(*pem).front();
        if (!(sealed.certificate->public_key() == sealed.key)) {
            throw_other_key(place.chain(), folder);
        }
    }
    return sealed;
}

bool begins_before(const SealedKey& left, const SealedKey& right) {
    if (!left.certificate || !right.certificate) {
        return left.certificate.has_value() && !right.certificate;
    }
    return left.certificate->not_before() < right.certificate->not_before();
}

}  // namespace

SealedKeys find_sealed(const Places& places) {
    SealedKeys found;
    for (const Path& folder : sealed_folders(places)) {
        try {
            found.whole.push_back(read_sealed(places, folder));
        } catch (const Error& error) {
            found.damaged.emplace_back(
                ErrorKind::corrupt,
                fmt::format("the sealed key in '{}' can't be used: {}", folder.string(), error.what()),
                "bring the folder back from a backup; where there is none, remove it, and hold a ceremony in time");
        }
    }
    std::stable_sort(found.whole.begin(), found.whole.end(), begins_before);
    return found;
}

std::vector<SealedKey> usable_sealed(const std::vector<SealedKey>& all, const Trust& trust, Time now) {
    std::vector<SealedKey> usable;
    for (const SealedKey& each : all) {
        if (!each.certificate || each.certificate->not_after() < now) {
            continue;
        }
        const Time when = std::max(now, each.certificate->not_before());
        if (std::holds_alternative<Certificate>(check_chain({*each.certificate}, {each.key}, trust, when))) {
            usable.push_back(each);
        }
    }
    return usable;
}

std::vector<KnownIntermediate> known_of(const std::vector<Certificate>& certificates) {
    std::vector<KnownIntermediate> known;
    for (const Certificate& each : certificates) {
        known.push_back({each.fingerprint().text(), each.not_before(), each.not_after()});
    }
    return known;
}

std::vector<Certificate> certificates_of(const std::vector<SealedKey>& sealed) {
    std::vector<Certificate> certificates;
    for (const SealedKey& each : sealed) {
        certificates.push_back(each.certificate.value());
    }
    return certificates;
}

void remove_sealed(const KeyPlace& place) {
    for (const Path& file : {place.sealed(), place.previous(), place.chain(), place.request()}) {
        remove_file(file);
    }
    std::error_code ignored;  // something else is in it: it stays
    std::filesystem::remove(place.folder, ignored);
}

}  // namespace halfday
