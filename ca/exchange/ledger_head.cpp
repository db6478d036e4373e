#include "ca/exchange/ledger_head.hpp"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "ca/base/error.hpp"
#include "ca/exchange/inventory.hpp"
#include "ca/exchange/json.hpp"
#include "ca/exchange/jws.hpp"
#include "ca/x509/digest.hpp"

namespace halfday {
namespace {

constexpr JwsKind kHead{.header = R"({"alg":"EdDSA","typ":"halfday-head"})",
                        .noun = "ledger head",
                        .signer = "the ledger key that it names",
                        .most = kMostHeadBytes};
constexpr JsonLimits kHeadLimits{kMostHeadBytes, 8};
constexpr std::size_t kLogIdDigits = 32;
constexpr std::size_t kHashDigits = 64;

std::string hex(JsonObject& claims, std::string_view key, std::size_t digits) {
    std::string text = claims.text(key);
    const bool is_hex =
        std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
    if (text.size() != digits || !is_hex) {
        claims.fail(key, "it is not " + std::to_string(digits) + " lower-case hex digits");
    }
    return text;
}

SignedHead read_claims(std::string_view payload, std::string_view key, std::string_view text) {
    JsonObject claims = parse_json(payload, kHeadLimits);
    SignedHead signed_head{{hex(claims, "log", kLogIdDigits), claims.number("size"), hex(claims, "hash", kHashDigits)},
                           std::string(key),
                           claims.numeric_date("iat"),
                           std::string(text)};
    if (signed_head.head.size < 0) {
        claims.fail("size", "it is negative");
    }
    claims.finish();
    return signed_head;
}

auto order_of(const SignedHead& each) { return std::tie(each.head.log_id, each.key, each.head.size, each.head.hash); }

bool of_one_log(const SignedHead& one, const SignedHead& other) {
    return one.head.log_id == other.head.log_id && one.key == other.key;
}

bool differ_in_size_alone(const SignedHead& one, const SignedHead& other) {
    return of_one_log(one, other) && one.head.size != other.head.size;
}

/// How much is lost without the head at `index`: the span that it divides, compared with its age in rows. Nothing when
/// it has to stay.
std::optional<double> worth(const std::vector<SignedHead>& heads, std::size_t index, std::int64_t newest) {
    if (index == 0 || index + 1 == heads.size() || !differ_in_size_alone(heads[index - 1], heads[index]) ||
        !differ_in_size_alone(heads[index], heads[index + 1])) {
        return std::nullopt;
    }
    const auto span = static_cast<double>(heads[index + 1].head.size - heads[index - 1].head.size);
    return span / static_cast<double>(newest - heads[index - 1].head.size);
}

std::int64_t newest_size(const std::vector<SignedHead>& heads, const SignedHead& of) {
    std::int64_t newest = 0;
    for (const SignedHead& each : heads) {
        if (of_one_log(each, of)) {
            newest = std::max(newest, each.head.size);
        }
    }
    return newest;
}

/// The head that is missed the least; nothing when all have to stay.
std::optional<std::size_t> dispensable(const std::vector<SignedHead>& heads) {
    std::optional<std::size_t> found;
    double least = 0;
    for (std::size_t index = 0; index < heads.size(); ++index) {
        const auto value = worth(heads, index, newest_size(heads, heads[index]));
        if (value && (!found || *value < least)) {
            found = index;
            least = *value;
        }
    }
    return found;
}

/// A head whose signature was checked when it came.
std::optional<SignedHead> stored_head(std::string_view text) {
    const std::size_t header = text.find(' ');
    const std::size_t payload = text.find('.');
    const std::size_t signature = text.rfind('.');
    if (header == std::string_view::npos || payload < header || signature == payload) {
        return std::nullopt;
    }
    try {
        return read_claims(from_base64url(text.substr(payload + 1, signature - payload - 1)), text.substr(0, header),
                           text);
    } catch (const Error&) {
        return std::nullopt;
    }
}

}  // namespace

std::string sign_head(const LedgerHead& head, const PrivateKey& key, Time now) {
    const std::string claims = JsonWriter()
                                   .text("log", head.log_id)
                                   .number("size", head.size)
                                   .text("hash", head.hash)
                                   .numeric_date("iat", now)
                                   .finish();
    return identity_text(key.public_key()) + " " + sign_jws(kHead, claims, key);
}

Decision<SignedHead> open_head(std::string_view text) {
    const std::size_t space = text.find(' ');
    if (text.size() > kMostHeadBytes || space == std::string_view::npos) {
        return Refusal{{"it is not a key and a signed head"}};
    }
    const std::string_view key = text.substr(0, space);
    try {
        const PublicKey ledger_key = parse_identity(key);
        if (identity_text(ledger_key) != key) {
            return Refusal{{"its key is not in its one form"}};
        }
        const auto payload = open_jws(kHead, text.substr(space + 1), ledger_key);
        if (const auto* const refusal = std::get_if<Refusal>(&payload)) {
            return *refusal;
        }
        return read_claims(std::get<std::string>(payload), key, text);
    } catch (const Error& error) {
        return Refusal{{error.what()}};
    }
}

std::vector<SignedHead> keep_heads(std::vector<SignedHead> known, const SignedHead& arrived) {
    const auto is_before = [](const SignedHead& one, const SignedHead& other) {
        return order_of(one) < order_of(other);
    };
    std::vector<SignedHead> heads = known;
    const auto place = std::lower_bound(heads.begin(), heads.end(), arrived, is_before);
    if (place != heads.end() && order_of(*place) == order_of(arrived)) {
        return known;
    }
    heads.insert(place, arrived);
    if (heads.size() <= kMostHeads) {
        return heads;
    }
    const auto index = dispensable(heads);
    if (!index) {
        return known;
    }
    heads.erase(heads.begin() + static_cast<std::ptrdiff_t>(*index));
    return heads;
}

std::vector<std::string> keep_head_texts(const std::vector<std::string>& known,
                                         const std::vector<std::string>& arrived) {
    std::vector<SignedHead> heads;
    for (const std::string& text : known) {
        if (const auto head = stored_head(text)) {
            heads = keep_heads(std::move(heads), *head);
        }
    }
    for (std::size_t index = 0; index < std::min(arrived.size(), kMostHeads); ++index) {
        if (std::find(known.begin(), known.end(), arrived[index]) != known.end()) {
            continue;
        }
        const auto opened = open_head(arrived[index]);
        if (const auto* const head = std::get_if<SignedHead>(&opened)) {
            heads = keep_heads(std::move(heads), *head);
        }
    }
    std::vector<std::string> texts;
    texts.reserve(heads.size());
    for (const SignedHead& head : heads) {
        texts.push_back(head.text);
    }
    return texts;
}

}  // namespace halfday
