// What the cache holds of a file. It goes through the same parsers as YAML's values.
#include <utility>

#include "ca/base/error.hpp"
#include "ca/exchange/inventory_cache.hpp"

namespace halfday {
namespace {

constexpr std::string_view kInventoryMagic = "halfday inventory cache 4\n";

/// DNS names, IP addresses or ranges of them, by their texts.
template <class Name>
void write(CacheWriter& out, const std::vector<Name>& names) {
    out.list(names, [&](const Name& name) { out.text(name.text()); });
}

void write(CacheWriter& out, const PolicyChange& change) {
    out.maybe(change.lifetime, [&](const Lifetime& value) { out.number(value.value().count()); });
    out.maybe(change.renew_after, [&](Seconds value) { out.number(value.count()); });
    out.maybe(change.backdate, [&](Seconds value) { out.number(value.count()); });
    out.maybe(change.max_per_hour, [&](int value) { out.number(value); });
    out.maybe(change.keys, [&](const auto& keys) { out.list(keys, [&](const std::string& key) { out.text(key); }); });
    out.maybe(change.wildcards, [&](Wildcards value) { out.number(value == Wildcards::allowed ? 1 : 0); });
    out.maybe(change.purpose, [&](Purpose value) { out.text(to_text(value)); });
    out.maybe(change.domains, [&](const auto& domains) { write(out, domains); });
    out.maybe(change.addresses, [&](const auto& addresses) { write(out, addresses); });
    out.list(change.places, [&](const auto& place) {
        out.text(place.first);
        out.text(place.second);
    });
}

void write(CacheWriter& out, const Host& host) {
    out.text(host.name.text());
    out.text(to_text(host.reach));
    out.text(host.identity.spki());
    out.list(host.certificates, [&](const Entry& entry) {
        out.text(entry.name.text());
        write(out, entry.names);
    });
    out.maybe(host.policy, [&](const PolicyChange& change) { write(out, change); });
}

template <class Name>
std::vector<Name> read_names(CacheReader& in) {
    return in.list([&] { return Name::parse(in.text()); });
}

Seconds read_seconds(CacheReader& in) { return Seconds{in.number()}; }

PolicyChange read_policy(CacheReader& in) {
    PolicyChange change;
    change.lifetime = in.maybe([&] { return Lifetime(read_seconds(in)); });
    change.renew_after = in.maybe([&] { return read_seconds(in); });
    change.backdate = in.maybe([&] { return read_seconds(in); });
    change.max_per_hour = in.maybe([&] { return static_cast<int>(in.number()); });
    change.keys = in.maybe([&] { return in.list([&] { return std::string(in.text()); }); });
    change.wildcards = in.maybe([&] { return in.number() == 1 ? Wildcards::allowed : Wildcards::refused; });
    change.purpose = in.maybe([&] { return parse_purpose(in.text()); });
    change.domains = in.maybe([&] { return read_names<DnsName>(in); });
    change.addresses = in.maybe([&] { return read_names<IpRange>(in); });
    for (std::size_t left = in.count(); left > 0; --left) {
        const std::string_view key = in.text();
        change.places.emplace(key, in.text());
    }
    return change;
}

Entry read_entry(CacheReader& in) {
    EntryName name = EntryName::parse(in.text());
    return {std::move(name), read_names<GeneralName>(in)};
}

Host read_host(std::string_view bytes) {
    CacheReader in(bytes);
    HostName name = HostName::parse(in.text());
    Reach reach = parse_reach(in.text());
    PublicKey identity = PublicKey::from_spki(in.text());
    auto entries = in.list([&] { return read_entry(in); });
    auto policy = in.maybe([&] { return read_policy(in); });
    return {std::move(name), std::move(reach), std::move(identity), std::move(entries),
            policy ? std::make_shared<const PolicyChange>(std::move(*policy)) : nullptr};
}

}  // namespace

InventoryCacheWriter::InventoryCacheWriter(const Path& folder) : out_(kInventoryMagic) { out_.text(folder.string()); }

void InventoryCacheWriter::add(std::string_view file, const FileStamp& stamp, const Host& host) {
    CacheWriter content("");
    write(content, host);
    out_.text(file);
    out_.stamp(stamp);
    out_.text(content.bytes());
}

CachedInventory::CachedInventory(std::string bytes, const Path& folder) : bytes_(std::move(bytes)), rest_("") {
    const auto content = cache_content(bytes_, kInventoryMagic);
    if (!content) return;
    CacheReader in(*content);
    try {
        is_known_ = in.text() == folder.string();
    } catch (const Error&) {
        return;
    }
    if (!is_known_) return;
    rest_ = in;
    next();
}

void CachedInventory::next() {
    file_ = {};
    if (rest_.at_end()) return;
    try {
        file_ = rest_.text();
        stamp_ = rest_.stamp();
        host_ = rest_.text();
    } catch (const Error&) {  // of another form under a good sum: a run reads the files then
        rest_ = CacheReader("");
        file_ = {};
        left_some_ = true;
    }
}

std::optional<Host> CachedInventory::take(std::string_view file, const FileStamp& stamp) {
    while (!file_.empty() && file_ < file) {
        left_some_ = true;
        next();
    }
    if (file_ != file || stamp_ != stamp) return std::nullopt;
    try {
        std::optional<Host> host = read_host(host_);
        next();
        return host;
    } catch (const Error&) {
        return std::nullopt;
    }
}

}  // namespace halfday
