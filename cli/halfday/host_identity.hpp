#pragma once

#include <string>
#include <vector>

#include "ca/exchange/places.hpp"
#include "ca/x509/key.hpp"
#include "cli/halfday/hosts.hpp"

namespace halfday {

inline constexpr std::size_t kMostKnownHostsBytes = 64 * 1024 * 1024;

/// Our known_hosts with the host's SSH key. Throws Error{usage} when neither the arguments nor the file have one.
[[nodiscard]] std::string known_hosts_with(const Places& places, const HostToAdd& host);

/// That, in a file beside ours, gone again on destruction.
class KnownHostsCandidate {
   public:
    KnownHostsCandidate(const Places& places, const HostToAdd& host);
    KnownHostsCandidate(const KnownHostsCandidate&) = delete;
    KnownHostsCandidate& operator=(const KnownHostsCandidate&) = delete;
    ~KnownHostsCandidate();
    [[nodiscard]] const Path& path() const { return path_; }

   private:
    Path path_;
};

/// What a host says of itself.
struct ShownHost {
    PublicKey identity;
    std::vector<std::string> entries;  // in its receiver.yaml
};

/// What the host shows the distributor, whose SSH takes the host keys of that file alone. Prints what the distributor
/// says. Throws Error{remote}.
[[nodiscard]] ShownHost fetch_shown(const Places& places, const HostToAdd& host, const Path& known_hosts);

/// Warns of entries that are to be entered and that the host doesn't have: it would give no request for them.
void warn_of_unknown_entries(const HostToAdd& host, const ShownHost& shown);

/// Returns when the arguments or a person at the prompt say that it is the host's. Throws Error{remote} otherwise.
void confirm_identity(const HostToAdd& host, const PublicKey& identity);

}  // namespace halfday
