#include "distribute/receive/pending.hpp"

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/x509/digest.hpp"

namespace halfday {
namespace {

constexpr const char* kServedKeyAlgorithm = "P-256";
constexpr std::size_t kKeyIdBytes = 16;

std::optional<std::string> read_request(const ReceiverPlaces& places, const EntryName& entry) {
    return read_file_if_there(places.pending_request(entry), kMostMessageBytes);
}

/// The key is on disk before the request that speaks of it, so that no request is ever without its key.
std::string make_request(const ReceiverPlaces& places, const EntryName& entry, const Requester& requester, Time now) {
    const PrivateKey key = PrivateKey::generate(KeyAlgorithm::parse(kServedKeyAlgorithm));
    const std::string id = to_hex(random_bytes(kKeyIdBytes));
    std::string jws = sign_message(Request{.host = requester.host,
                                           .audience = requester.roots.front(),
                                           .issued_at = now,
                                           .expires = now + kMessageLifetime,
                                           .id = id,
                                           .entry = entry,
                                           .csr = make_csr(key, id)},
                                   requester.identity);
    remove_file(places.pending_request(entry));
    replace_file(places.pending_key(entry), key.to_pem().reveal());
    replace_file(places.pending_request(entry), jws);
    return jws;
}

}  // namespace

std::optional<PrivateKey> load_pending_key(const ReceiverPlaces& places, const EntryName& entry) {
    const Path file = places.pending_key(entry);
    if (!std::filesystem::exists(file)) return std::nullopt;
    return PrivateKey::load(file);
}

void drop_pending(const ReceiverPlaces& places, const EntryName& entry) {
    remove_file(places.pending_request(entry));
    remove_file(places.pending_key(entry));
}

std::optional<CheckedRequest> pending_request(const ReceiverPlaces& places, const EntryName& entry,
                                              const Requester& requester, Time now) {
    const std::optional<std::string> jws = read_request(places, entry);
    if (!jws) return std::nullopt;
    Decision<CheckedRequest> opened =
        open_request(*jws, requester.identity.public_key(), Expected{requester.host, entry, requester.roots}, now);
    auto* const request = std::get_if<CheckedRequest>(&opened);
    if (request == nullptr) return std::nullopt;
    const std::optional<PrivateKey> key = load_pending_key(places, entry);
    if (!key || !(key->public_key() == request->key)) return std::nullopt;
    return std::move(*request);
}

std::string keep_or_make_request(const ReceiverPlaces& places, const EntryName& entry, const Requester& requester,
                                 Time now) {
    if (pending_request(places, entry, requester, now)) return read_request(places, entry).value();
    return make_request(places, entry, requester, now);
}

std::string make_new_request(const ReceiverPlaces& places, const EntryName& entry, const Requester& requester,
                             Time now) {
    drop_pending(places, entry);
    return make_request(places, entry, requester, now);
}

}  // namespace halfday
