// mint_1000, mint_bulk: hosts that are all due at once (`mint_bench HOSTS`: mint_bulk alone, with that many;
// `mint_bench with-keys HOSTS`: see peers_bench), through one whole run of the issuer: settings, inventory and requests
// read, checked, decided, linted, signed, verified, committed to a ledger on disk, published. Against loops of OpenSSL
// calls in the same process on as many threads (openssl_loops.hpp).

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/bench/mint_world.hpp"
#include "tests/bench/openssl_loops.hpp"

namespace halfday {
namespace {

constexpr int kRounds = 5;  // the median of them counts
using Clock = std::chrono::steady_clock;

struct Figure {
    std::string name;
    double value;
    std::string baseline;
    double ratio;
};

void print(const std::vector<Figure>& figures) {
    std::cout << "{";
    for (const Figure& figure : figures) {
        std::cout << (&figure == &figures.front() ? "" : ", ") << '"' << figure.name
                  << "\": {\"value\": " << std::lround(figure.value)
                  << ", \"unit\": \"certificates/s\", \"baseline\": \"" << figure.baseline
                  << "\", \"ratio\": " << std::round(figure.ratio * 1000) / 1000 << "}";
    }
    std::cout << "}\n";
}

constexpr const char* kBare = "bare OpenSSL loop on as many threads: verify Ed25519 and P-256, sign P-256";
constexpr const char* kStraightforward =
    "straightforward OpenSSL loop on as many threads: parse and verify CSR, X509_new to X509_sign, PEM";

/// The median of some rounds with a thousand hosts.
void measure_1000(Time now, std::vector<Figure>& figures) {
    const MintWorld world(now, 1000);
    std::vector<double> minted;
    std::vector<double> bare;
    for (int round = 0; round < kRounds; ++round) {
        bare.push_back(on_all_cores(bare_loop, 1000));
        minted.push_back(mint_all(world, now + round * std::chrono::hours{4}));
    }
    figures.push_back({"mint_1000", median(minted), kBare, median(minted) / median(bare)});
}

/// The day an intermediate is stolen: one run for the whole fleet, the baselines before and after it.
void measure_bulk(Time now, int hosts, std::vector<Figure>& figures) {
    const MintWorld world(now, hosts);
    const int share = std::min(hosts, 20'000);
    const double bare_before = on_all_cores(bare_loop, share);
    const double loop = on_all_cores(straightforward_loop, share);
    const double minted = mint_all(world, now);
    const double bare = (bare_before + on_all_cores(bare_loop, share)) / 2;
    figures.push_back({"mint_bulk", minted, kBare, minted / bare});
    figures.push_back({"mint_bulk_vs_loop", minted, kStraightforward, minted / loop});
}

/// What the peers of peers_bench do: the keys are made too, and here the requests are signed, and verified.
void print_rate_with_keys(Time now, int hosts) {
    const MintWorld world(now, hosts);
    ::sync();
    const auto start = Clock::now();
    world.ask(now);
    const auto asked = Clock::now() - start;
    std::cout << std::lround(per_second(world.size(), asked + mint_once(world, now))) << "\n";
}

int run(int argc, char** argv) {
    constexpr int kFleet = 100'000;
    ::umask(022);
    const Time now = std::chrono::floor<Seconds>(std::chrono::system_clock::now());
    if (argc == 3) {
        print_rate_with_keys(now, std::atoi(argv[2]));
        return 0;
    }
    std::vector<Figure> figures;
    if (argc == 1) {
        measure_1000(now, figures);
    }
    measure_bulk(now, argc == 1 ? kFleet : std::atoi(argv[1]), figures);
    print(figures);
    return 0;
}

}  // namespace
}  // namespace halfday

int main(int argc, char** argv) {
    try {
        return halfday::run(argc, argv);
    } catch (const std::exception& error) {
        std::cerr << "mint_bench: " << error.what() << "\n";
        return 1;
    }
}
