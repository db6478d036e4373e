#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/base/file.hpp"
#include "ca/exchange/places.hpp"
#include "ca/x509/key.hpp"

namespace halfday {

/// An issuer box in a folder of its own, gone at the end: hosts of one certificate each, which were served before and
/// whose files the issuer has read once.
class MintWorld {
   public:
    MintWorld(Time now, int hosts);
    MintWorld(const MintWorld&) = delete;
    MintWorld& operator=(const MintWorld&) = delete;
    ~MintWorld();

    /// A new request of every host, as the distributor would have brought them.
    void ask(Time now) const;
    [[nodiscard]] std::size_t size() const { return identities_.size(); }
    [[nodiscard]] const Places& places() const { return places_; }

   private:
    void make_authority();
    void add_host(const std::string& name);
    void let_the_issuer_read() const;

    Time now_;
    Path folder_;
    Places places_;
    Fingerprint root_fingerprint_ = Fingerprint::of_spki("");
    std::vector<std::pair<std::string, PrivateKey>> identities_;
};

/// How long a run took that mints for every host. Throws when it did not.
[[nodiscard]] std::chrono::steady_clock::duration mint_once(const MintWorld& world, Time now);

/// Certificates a second of a run for which every host has asked anew.
[[nodiscard]] double mint_all(const MintWorld& world, Time now);

[[nodiscard]] double per_second(std::size_t count, std::chrono::steady_clock::duration taken);
[[nodiscard]] double median(std::vector<double> values);

}  // namespace halfday
