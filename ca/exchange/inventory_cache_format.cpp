// What the cache holds of a file. It goes through the same parsers as YAML's values.
#include <utility>

#include "ca/base/error.hpp"
#include "ca/exchange/cache_bytes.hpp"
#include "ca/exchange/inventory_cache.hpp"

namespace halfday {
namespace {

constexpr std::string_view kMagic = "halfday inventory cache 1\n";

void write(CacheWriter& out, const std::vector<DnsName>& names) {
    out.list(names, [&](const DnsName& name) { out.text(name.text()); });
}

void write(CacheWriter& out, const PolicyChange& change) {
    out.maybe(change.lifetime, [&](const Lifetime& value) { out.number(value.value().count()); });
    out.maybe(change.renew_after, [&](Seconds value) { out.number(value.count()); });
    out.maybe(change.backdate, [&](Seconds value) { out.number(value.count()); });
    out.maybe(change.max_per_hour, [&](int value) { out.number(value); });
    out.maybe(change.keys, [&](const auto& keys) { out.list(keys, [&](const std::string& key) { out.text(key); }); });
    out.maybe(change.wildcards, [&](Wildcards value) { out.number(value == Wildcards::allowed ? 1 : 0); });
    out.maybe(change.domains, [&](const auto& domains) { write(out, domains); });
    out.list(change.places, [&](const auto& place) {
        out.text(place.first);
        out.text(place.second);
    });
}

void write(CacheWriter& out, const CachedHost& each) {
    out.text(each.file);
    out.stamp(each.stamp);
    out.text(each.host.name.text());
    out.text(to_text(each.host.reach));
    out.text(each.host.identity.spki());
    out.list(each.host.certificates, [&](const Entry& entry) {
        out.text(entry.name.text());
        write(out, entry.names);
    });
    out.maybe(each.host.policy, [&](const PolicyChange& change) { write(out, change); });
}

std::vector<DnsName> read_names(CacheReader& in) {
    return in.list([&] { return DnsName::parse(in.text()); });
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
    change.domains = in.maybe([&] { return read_names(in); });
    for (std::size_t left = in.count(); left > 0; --left) {
        const std::string_view key = in.text();
        change.places.emplace(key, in.text());
    }
    return change;
}

Entry read_entry(CacheReader& in) {
    EntryName name = EntryName::parse(in.text());
    return {std::move(name), read_names(in)};
}

CachedHost read_host(CacheReader& in) {
    std::string file(in.text());
    const FileStamp stamp = in.stamp();
    HostName name = HostName::parse(in.text());
    Reach reach = parse_reach(in.text());
    PublicKey identity = PublicKey::from_spki(in.text());
    auto entries = in.list([&] { return read_entry(in); });
    auto policy = in.maybe([&] { return read_policy(in); });
    return {std::move(file), stamp,
            Host{std::move(name), std::move(reach), std::move(identity), std::move(entries),
                 policy ? std::make_shared<const PolicyChange>(std::move(*policy)) : nullptr}};
}

}  // namespace

std::string to_inventory_cache(const std::vector<CachedHost>& hosts, const Path& folder) {
    CacheWriter out(kMagic);
    out.text(folder.string());
    out.list(hosts, [&](const CachedHost& each) { write(out, each); });
    return out.seal();
}

std::optional<std::vector<CachedHost>> parse_inventory_cache(std::string_view bytes, const Path& folder) {
    return parse_cache(bytes, kMagic, [&](CacheReader& in) -> std::optional<std::vector<CachedHost>> {
        if (in.text() != folder.string()) return std::nullopt;
        return in.list([&] { return read_host(in); });
    });
}

}  // namespace halfday
