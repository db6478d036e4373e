#include "ca/root/shares.hpp"

extern "C" {
#include <libgfshare.h>
}
#include <fmt/core.h>
#include <sys/random.h>

#include <algorithm>
#include <charconv>
#include <exception>
#include <memory>
#include <numeric>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/base/joined_secret.hpp"
#include "ca/x509/digest.hpp"

namespace halfday {
namespace {

constexpr std::string_view kLineStart = "Shares: ";

using Bytes = unsigned char;

/// libgfshare's random source. It can't report a failure, and there is none once the kernel has its entropy.
void fill_random(Bytes* bytes, unsigned int count) {
    while (count > 0) {
        const ssize_t got = ::getrandom(bytes, count, 0);
        if (got < 0 && errno != EINTR) {
            std::terminate();
        }
        bytes += std::max<ssize_t>(got, 0);
        count -= static_cast<unsigned int>(std::max<ssize_t>(got, 0));
    }
}

struct FreeContext {
    void operator()(gfshare_ctx* context) const noexcept { gfshare_ctx_free(context); }
};
using ContextPtr = std::unique_ptr<gfshare_ctx, FreeContext>;

ContextPtr require(gfshare_ctx* context) {
    if (context == nullptr) {
        throw Error(ErrorKind::io, "out of memory");
    }
    return ContextPtr(context);
}

Bytes* bytes_of(Secret& secret) { return reinterpret_cast<Bytes*>(secret.data()); }

/// What libgfshare reads and takes as if it wrote to it.
Bytes* unchanged(const Secret& secret) {
    return const_cast<Bytes*>(reinterpret_cast<const Bytes*>(secret.reveal().data()));
}

Secret hex_of(const Secret& key) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    Secret hex(2 * key.size());
    for (const char byte : key.reveal()) {
        const auto value = static_cast<Bytes>(byte);
        append(hex, kDigits.substr(value >> 4U, 1));
        append(hex, kDigits.substr(value & 15U, 1));
    }
    return hex;
}

std::string check_of(int threshold, int count, const Secret& key) {
    Sha256Stream stream;
    stream.put(fmt::format("halfday shares\n{} of {}\n", threshold, count));
    stream.put(key.reveal());
    return stream.finish_hex();
}

std::vector<Share> split(const Secret& key, const Sharing& sharing) {
    std::vector<Bytes> numbers(static_cast<std::size_t>(sharing.count));
    std::iota(numbers.begin(), numbers.end(), Bytes{1});
    gfshare_fill_rand = fill_random;
    const ContextPtr context = require(gfshare_ctx_init_enc(numbers.data(), static_cast<unsigned>(sharing.count),
                                                            static_cast<Bytes>(sharing.threshold), kSharedKeyBytes));
    gfshare_ctx_enc_setsecret(context.get(), unchanged(key));
    std::vector<Share> shares;
    for (const Bytes number : numbers) {
        Share share{sharing.set(), sharing.threshold, number, Secret(kSharedKeyBytes)};
        share.bytes.resize(kSharedKeyBytes);
        gfshare_ctx_enc_getshare(context.get(), static_cast<Bytes>(number - 1), bytes_of(share.bytes));
        shares.push_back(std::move(share));
    }
    return shares;
}

using ShareRange = std::vector<Share>::const_iterator;

/// The key that these shares make, right or wrong.
Secret interpolate(ShareRange first, ShareRange last) {
    std::vector<Bytes> numbers;
    std::transform(first, last, std::back_inserter(numbers),
                   [](const Share& share) { return static_cast<Bytes>(share.number); });
    gfshare_fill_rand = fill_random;
    const ContextPtr context =
        require(gfshare_ctx_init_dec(numbers.data(), static_cast<unsigned>(numbers.size()), kSharedKeyBytes));
    for (ShareRange share = first; share != last; ++share) {
        gfshare_ctx_dec_giveshare(context.get(), static_cast<Bytes>(share - first), unchanged(share->bytes));
    }
    Secret key(kSharedKeyBytes);
    key.resize(kSharedKeyBytes);
    gfshare_ctx_dec_extract(context.get(), bytes_of(key));
    return key;
}

void require_shares_work(const SharedKey& made) {
    const auto threshold = made.sharing.threshold;
    for (auto first = made.shares.begin(); made.shares.end() - first >= threshold; ++first) {
        if (hex_of(interpolate(first, first + threshold)).reveal() != made.key.reveal()) {
            throw Error(ErrorKind::io, "the shares that were made do not make the key", "look at the memory");
        }
    }
}

int number_in(std::string_view& rest, std::string_view end) {
    int number = 0;
    const auto [next, problem] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    rest.remove_prefix(static_cast<std::size_t>(next - rest.data()));
    if (problem != std::errc() || !rest.starts_with(end)) {
        throw Error(ErrorKind::corrupt, "the root's key does not say how it is shared",
                    "bring 'root.key' back from its backup");
    }
    rest.remove_prefix(end.size());
    return number;
}

}  // namespace

std::string Sharing::text() const { return fmt::format("any {} of {} shares of set {}", threshold, count, set()); }

Verdict check_sharing(int threshold, int count) {
    if (threshold < 2) {
        return Refusal{{"a threshold under 2 would give the root to each custodian alone"}};
    }
    if (count < threshold || count > kMostShares) {
        return Refusal{{fmt::format("{} shares are not {} (the threshold) to {}", count, threshold, kMostShares)}};
    }
    return std::nullopt;
}

SharedKey make_shared_key(int threshold, int count) {
    Secret key(kSharedKeyBytes);
    key.resize(kSharedKeyBytes);
    fill_random(bytes_of(key), kSharedKeyBytes);
    Sharing sharing{threshold, count, check_of(threshold, count, key)};
    SharedKey made{sharing, hex_of(key), split(key, sharing)};
    require_shares_work(made);
    return made;
}

Verdict check_share(const Share& share, const Sharing& sharing, const std::vector<Share>& given) {
    if (share.set != sharing.set() || share.threshold != sharing.threshold || share.number < 1 ||
        share.number > sharing.count) {
        return Refusal{
            {fmt::format("share {} is of set {}, and the key's is {}", share.number, share.set, sharing.set())}};
    }
    const bool is_double =
        std::any_of(given.begin(), given.end(), [&](const Share& other) { return other.number == share.number; });
    return is_double ? Verdict(Refusal{{fmt::format("share {} was given twice", share.number)}}) : std::nullopt;
}

Decision<Secret> combine(const std::vector<Share>& given, const Sharing& sharing) {
    if (static_cast<int>(given.size()) < sharing.threshold) {
        return Refusal{{fmt::format("{} shares were given, and the key needs {}", given.size(), sharing.text())}};
    }
    const Secret key = interpolate(given.begin(), given.end());
    if (check_of(sharing.threshold, sharing.count, key) != sharing.check) {
        return Refusal{{"these shares do not make the key, so one of them is forged or the key's file was changed"}};
    }
    return hex_of(key);
}

std::string sharing_line(const Sharing& sharing) {
    return fmt::format("{}{} of {}, check {}\n", kLineStart, sharing.threshold, sharing.count, sharing.check);
}

std::optional<Sharing> sharing_in(std::string_view key_file) {
    if (!key_file.starts_with(kLineStart)) {
        return std::nullopt;
    }
    std::string_view rest = key_file.substr(kLineStart.size(), key_file.find('\n') - kLineStart.size());
    Sharing sharing;
    sharing.threshold = number_in(rest, " of ");
    sharing.count = number_in(rest, ", check ");
    sharing.check = rest;
    if (sharing.check.size() != 2 * sizeof(Sha256) || check_sharing(sharing.threshold, sharing.count) ||
        to_hex(from_hex(sharing.check)) != sharing.check) {
        throw Error(ErrorKind::corrupt, "the root's key does not say how it is shared",
                    "bring 'root.key' back from its backup");
    }
    return sharing;
}

}  // namespace halfday
