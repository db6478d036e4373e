#include "ca/exchange/pinned_roots.hpp"

#include <fmt/core.h>

#include <filesystem>

#include "ca/base/error.hpp"

namespace halfday {
namespace {

constexpr std::size_t kMostRootBytes = 64 * 1024;

Certificate read_root(const Path& path) {
    try {
        require_roots_own(path);
        return Certificate::parse_pem(read_file(path, kMostRootBytes));
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::usage) {
            throw;
        }
        throw Error(error.kind(), fmt::format("root certificate '{}': {}", path.string(), error.what()),
                    fmt::format("copy root.pem of the air-gapped box to '{}'", path.string()));
    }
}

}  // namespace

std::vector<Certificate> read_pinned_roots(const Places& places) {
    std::vector<Certificate> roots{read_root(places.root_certificate())};
    if (std::filesystem::exists(places.next_root_certificate())) {
        roots.push_back(read_root(places.next_root_certificate()));
    }
    return roots;
}

std::vector<Fingerprint> fingerprints_of(const std::vector<Certificate>& certificates) {
    std::vector<Fingerprint> fingerprints;
    for (const Certificate& certificate : certificates) {
        fingerprints.push_back(certificate.fingerprint());
    }
    return fingerprints;
}

}  // namespace halfday
