#include "ca/x509/name_constraints.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "ca/base/error.hpp"
#include "ca/x509/general_names.hpp"
#include "ca/x509/syntax.hpp"

namespace halfday {
namespace {

using x509::dns_name;
using x509::ip_name;
using x509::kNoMemory;
using x509::require;

void require_no_wildcard(const DnsName& domain) {
    if (domain.is_wildcard()) {
        throw Error(ErrorKind::usage, "'" + domain.text() + "' is no domain that can be permitted or excluded",
                    "write '" + domain.text().substr(2) + "': that covers all names below it too");
    }
}

void add_subtree(STACK_OF(GENERAL_SUBTREE) * subtrees, x509::GeneralNamePtr base) {
    auto subtree = require(x509::GeneralSubtreePtr(GENERAL_SUBTREE_new()), kNoMemory);
    GENERAL_NAME_free(subtree->base);
    subtree->base = base.release();
    require(sk_GENERAL_SUBTREE_push(subtrees, subtree.get()) > 0, kNoMemory);
    static_cast<void>(subtree.release());
}

/// All addresses of a family.
const IpRange& every(bool is_v6) {
    static const IpRange kV4 = IpRange::parse("0.0.0.0/0");
    static const IpRange kV6 = IpRange::parse("::/0");
    return is_v6 ? kV6 : kV4;
}

bool permits_family(const NameConstraints& constraints, bool is_v6) {
    return std::any_of(constraints.permitted_ip.begin(), constraints.permitted_ip.end(),
                       [is_v6](const IpRange& range) { return range.is_v6() == is_v6; });
}

/// The families of which no address is permitted.
std::vector<IpRange> families_without(const NameConstraints& constraints) {
    std::vector<IpRange> excluded;
    for (const bool is_v6 : {false, true}) {
        if (!permits_family(constraints, is_v6)) excluded.push_back(every(is_v6));
    }
    return excluded;
}

/// A DNS name or an IP range without minimum and maximum, which RFC 5280 forbids.
using Subtree = std::variant<DnsName, IpRange>;

Subtree subtree_of(const GENERAL_SUBTREE& subtree) {
    const GENERAL_NAME* base = subtree.base;
    const bool is_bounded = subtree.minimum != nullptr || subtree.maximum != nullptr;
    if (base->type == GEN_IPADD && !is_bounded) {
        if (const auto range = IpRange::from_bytes(x509::view_of(base->d.iPAddress))) return *range;
    }
    const auto name = base->type == GEN_DNS && !is_bounded ? x509::name_of(base) : std::nullopt;
    const DnsName* const domain = name ? name->dns() : nullptr;
    if (domain == nullptr || domain->is_wildcard()) {
        throw Error(ErrorKind::corrupt,
                    "name constraints that speak of something other than DNS domains and IP ranges");
    }
    return *domain;
}

std::vector<Subtree> subtrees_of(const STACK_OF(GENERAL_SUBTREE) * all) {
    std::vector<Subtree> subtrees;
    for (int at = 0; at < sk_GENERAL_SUBTREE_num(all); ++at) {
        subtrees.push_back(subtree_of(*sk_GENERAL_SUBTREE_value(all, at)));
    }
    return subtrees;
}

void read_excluded(const std::vector<Subtree>& excluded, NameConstraints& constraints) {
    std::vector<IpRange> families;
    for (const Subtree& subtree : excluded) {
        const auto* const range = std::get_if<IpRange>(&subtree);
        if (range == nullptr) {
            constraints.excluded_dns.push_back(std::get<DnsName>(subtree));
        } else if (*range == every(range->is_v6())) {
            families.push_back(*range);
        } else {
            constraints.excluded_ip.push_back(*range);
        }
    }
    std::sort(families.begin(), families.end());
    families.erase(std::unique(families.begin(), families.end()), families.end());
    if (families != families_without(constraints)) {
        throw Error(ErrorKind::corrupt,
                    "name constraints that neither permit some IP addresses of a family nor exclude all of it");
    }
}

bool covers(const DnsName& subtree, const DnsName& name) { return name.within(subtree); }
bool covers(const IpRange& subtree, const IpAddress& address) { return subtree.contains(address); }
bool covers(const IpRange& subtree, const IpRange& range) { return subtree.contains(range); }

template <class Base, class Name>
bool any_covers(const std::vector<Base>& subtrees, const Name& name) {
    return std::any_of(subtrees.begin(), subtrees.end(), [&](const Base& subtree) { return covers(subtree, name); });
}

/// Whether the wildcard stands for names in the subtree although it is not in it itself. It stands for one label.
bool matches_into(const DnsName& name, const DnsName& subtree) {
    if (!name.is_wildcard()) return false;
    const std::string_view below = std::string_view(name.text()).substr(1);  // ".example.org"
    const std::string_view text = subtree.text();
    return text.ends_with(below) && text.find('.') == text.size() - below.size();
}
bool matches_into(const IpAddress& /*address*/, const IpRange& /*subtree*/) { return false; }

template <class Base, class Name>
std::optional<std::string> first_against(const std::vector<Base>& excluded, const Name& name) {
    for (const Base& subtree : excluded) {
        if (covers(subtree, name) || matches_into(name, subtree)) return subtree.text();
    }
    return std::nullopt;
}

/// Adds what of `below` is not in `permitted`, and what of `excluded` is not excluded from it.
template <class Base>
void add_outside(const std::vector<Base>& permitted, const std::vector<Base>& excluded, const std::vector<Base>& below,
                 const std::vector<Base>& excluded_below, std::vector<std::string>& found) {
    for (const Base& subtree : below) {
        if (!any_covers(permitted, subtree) || any_covers(excluded, subtree)) found.push_back(subtree.text());
    }
    for (const Base& subtree : excluded) {
        const bool is_told = std::find(found.begin(), found.end(), subtree.text()) != found.end();
        if (any_covers(below, subtree) && !any_covers(excluded_below, subtree) && !is_told) {
            found.push_back(subtree.text());
        }
    }
}

template <class Base>
void add_faults(const std::vector<Base>& permitted, const std::vector<Base>& excluded,
                std::vector<std::string>& faults) {
    for (const Base& subtree : permitted) {
        if (any_covers(excluded, subtree)) faults.push_back("'" + subtree.text() + "' is permitted, and excluded");
    }
    for (const Base& subtree : excluded) {
        const bool covers_some =
            std::any_of(permitted.begin(), permitted.end(), [&](const Base& each) { return covers(subtree, each); });
        if (!any_covers(permitted, subtree) && !covers_some) {
            faults.push_back("'" + subtree.text() + "' is excluded, and nothing of it is permitted");
        }
    }
}

template <class Base>
void inherit(const std::vector<Base>& permitted, const std::vector<Base>& above, std::vector<Base>& excluded) {
    std::vector<Base> all;
    for (const Base& subtree : above) {
        const bool is_all_of_one = std::find(permitted.begin(), permitted.end(), subtree) != permitted.end();
        if (any_covers(permitted, subtree) && !is_all_of_one && !any_covers(excluded, subtree)) all.push_back(subtree);
    }
    all.insert(all.end(), excluded.begin(), excluded.end());
    excluded = std::move(all);
}

template <class Base>
void add_once(std::vector<Base>& subtrees, Base subtree) {
    if (std::find(subtrees.begin(), subtrees.end(), subtree) == subtrees.end()) subtrees.push_back(std::move(subtree));
}

void add(std::string_view text, std::vector<DnsName>& domains, std::vector<IpRange>& ranges) {
    const bool is_url = text.find("://") != std::string_view::npos;
    if (!is_url && (text.find('/') != std::string_view::npos || looks_like_ip_address(text))) {
        return add_once(ranges, IpRange::parse(text));
    }
    DnsName domain = DnsName::parse(text);
    require_no_wildcard(domain);
    add_once(domains, std::move(domain));
}

std::vector<std::string> texts_of(const std::vector<DnsName>& domains, const std::vector<IpRange>& ranges) {
    std::vector<std::string> texts;
    for (const DnsName& domain : domains) texts.push_back(domain.text());
    for (const IpRange& range : ranges) texts.push_back(range.text());
    return texts;
}

std::string joined(const std::vector<std::string>& texts) {
    std::string line;
    for (const std::string& each : texts) line += (line.empty() ? "" : ", ") + each;
    return line;
}

}  // namespace

bool NameConstraints::permits(const GeneralName& name) const {
    const bool is_permitted =
        name.dns() != nullptr ? any_covers(permitted_dns, *name.dns()) : any_covers(permitted_ip, *name.ip());
    return is_permitted && !excluded(name);
}

std::optional<std::string> NameConstraints::excluded(const GeneralName& name) const {
    return name.dns() != nullptr ? first_against(excluded_dns, *name.dns()) : first_against(excluded_ip, *name.ip());
}

std::vector<std::string> NameConstraints::outside(const NameConstraints& others) const {
    std::vector<std::string> found;
    add_outside(permitted_dns, excluded_dns, others.permitted_dns, others.excluded_dns, found);
    add_outside(permitted_ip, excluded_ip, others.permitted_ip, others.excluded_ip, found);
    return found;
}

std::vector<std::string> NameConstraints::faults() const {
    std::vector<std::string> faults;
    add_faults(permitted_dns, excluded_dns, faults);
    add_faults(permitted_ip, excluded_ip, faults);
    return faults;
}

std::vector<std::string> NameConstraints::texts() const { return texts_of(permitted_dns, permitted_ip); }

std::vector<std::string> NameConstraints::excluded_texts() const { return texts_of(excluded_dns, excluded_ip); }

std::string NameConstraints::text() const {
    const std::string without = joined(excluded_texts());
    return joined(texts()) + (without.empty() ? "" : " (without " + without + ")");
}

void permit(NameConstraints& constraints, std::string_view text) {
    add(text, constraints.permitted_dns, constraints.permitted_ip);
}

void exclude(NameConstraints& constraints, std::string_view text) {
    add(text, constraints.excluded_dns, constraints.excluded_ip);
}

NameConstraints inherited(const NameConstraints& asked, const NameConstraints& above) {
    NameConstraints constraints = asked;
    if (asked.permitted_dns.empty() && asked.permitted_ip.empty()) {
        constraints.permitted_dns = above.permitted_dns;
        constraints.permitted_ip = above.permitted_ip;
    }
    inherit(constraints.permitted_dns, above.excluded_dns, constraints.excluded_dns);
    inherit(constraints.permitted_ip, above.excluded_ip, constraints.excluded_ip);
    return constraints;
}

Extension name_constraints(const NameConstraints& constraints) {
    if (constraints.permitted_dns.empty()) {
        // An extension without a permitted DNS subtree would permit every name.
        throw Error(ErrorKind::usage, "name constraints need at least one permitted domain");
    }
    const auto all = require(x509::NameConstraintsPtr(NAME_CONSTRAINTS_new()), kNoMemory);
    all->permittedSubtrees = require(sk_GENERAL_SUBTREE_new_null(), kNoMemory);
    all->excludedSubtrees = require(sk_GENERAL_SUBTREE_new_null(), kNoMemory);
    for (const DnsName& domain : constraints.permitted_dns) {
        require_no_wildcard(domain);
        add_subtree(all->permittedSubtrees, dns_name(domain));
    }
    for (const IpRange& range : constraints.permitted_ip) {
        add_subtree(all->permittedSubtrees, ip_name(range.bytes()));
    }
    for (const DnsName& domain : constraints.excluded_dns) {
        require_no_wildcard(domain);
        add_subtree(all->excludedSubtrees, dns_name(domain));
    }
    for (const auto& ranges : {constraints.excluded_ip, families_without(constraints)}) {
        for (const IpRange& range : ranges) add_subtree(all->excludedSubtrees, ip_name(range.bytes()));
    }
    if (sk_GENERAL_SUBTREE_num(all->excludedSubtrees) == 0) {
        // A SEQUENCE of none is not what the field allows: SIZE (1..MAX).
        sk_GENERAL_SUBTREE_free(std::exchange(all->excludedSubtrees, nullptr));
    }
    return {std::string(oid::kNameConstraints), true,
            x509::encode_item(reinterpret_cast<const ASN1_VALUE*>(all.get()), ASN1_ITEM_rptr(NAME_CONSTRAINTS))};
}

NameConstraints read_name_constraints(std::string_view value) {
    const auto all = x509::decode_item<x509::NameConstraintsPtr>(value, ASN1_ITEM_rptr(NAME_CONSTRAINTS));
    if (all == nullptr) throw Error(ErrorKind::corrupt, "malformed name constraints");
    NameConstraints constraints;
    for (const Subtree& subtree : subtrees_of(all->permittedSubtrees)) {
        if (const auto* const range = std::get_if<IpRange>(&subtree)) {
            constraints.permitted_ip.push_back(*range);
        } else {
            constraints.permitted_dns.push_back(std::get<DnsName>(subtree));
        }
    }
    if (constraints.permitted_dns.empty()) {
        throw Error(ErrorKind::corrupt, "name constraints that permit every DNS name");
    }
    read_excluded(subtrees_of(all->excludedSubtrees), constraints);
    return constraints;
}

}  // namespace halfday
