// name-grid FOLDER: writes chains for every pair of some name constraints and some names, signed past the lint, and
// prints a line for each: its file without ".pem", that of its issuers' constraints, the name (foreign bytes as \xNN),
// whether halfday would sign it, and whether a receiver would take it. For verifiers that know nothing of halfday.

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "ca/base/escape.hpp"
#include "ca/base/file.hpp"
#include "ca/x509/chain.hpp"
#include "tests/tools/make-chains/issuer.hpp"

using namespace halfday;

namespace {

NameConstraints constraints(const std::vector<const char*>& permitted, const std::vector<const char*>& excluded) {
    NameConstraints made;
    for (const char* text : permitted) permit(made, text);
    for (const char* text : excluded) exclude(made, text);
    return made;
}

struct Constrained {
    const char* name;
    NameConstraints root;
    NameConstraints intermediate;
};

std::vector<Constrained> all_constraints() {
    const NameConstraints names = constraints({"example.test"}, {});
    const NameConstraints wide = constraints({"example.test", "192.0.2.0/24"}, {});
    const NameConstraints narrow =
        constraints({"example.test", "192.0.2.0/24"}, {"secret.example.test", "a.deep.example.test", "192.0.2.128/25"});
    return {{"names", names, names}, {"both", narrow, narrow}, {"root", narrow, wide}, {"intermediate", wide, narrow}};
}

constexpr const char* kNames[] = {
    "www.example.test",
    "example.test",
    "badexample.test",
    "*.example.test",
    "*.www.example.test",
    "secret.example.test",
    "www.secret.example.test",
    "topsecret.example.test",
    "*.secret.example.test",
    "*.deep.example.test",
    "WWW.Example.TEST",
    "SECRET.Example.TEST",
    "www.example.test.",
    "secret.example.test.",
    ".example.test",
    "xn--bcher-kva.example.test",
    "b\303\274cher.example.test",
    "192.0.2.7",
    "192.0.2.200",
    "2001:db8::1",
};

/// The name as these very bytes: what no parser of ours would make.
Extension name_as_it_stands(const std::string& name) {
    const auto element = [](char tag, const std::string& content) {
        return std::string{tag, static_cast<char>(content.size())} + content;
    };
    return {std::string(oid::kSubjectAlternativeName), true, element('\x30', element('\x82', name))};
}

ToBeSigned leaf_for(const Issuer& issuer, const std::string& name) {
    if (looks_like_ip_address(name)) return issuer.leaf(name.c_str());
    ToBeSigned leaf = issuer.leaf("www.example.test");
    for (Extension& extension : leaf.extensions) {
        if (extension.oid == oid::kSubjectAlternativeName) extension = name_as_it_stands(name);
    }
    return leaf;
}

/// The issuer lints against its intermediate, and its policy asks the root as well.
bool would_sign(const Issuer& issuer, const ToBeSigned& tbs, const Certificate& leaf) {
    const auto of_root = issuer.root().name_constraints();
    const std::vector<GeneralName> names = leaf.names();
    return std::holds_alternative<LintedCertificate>(lint(tbs, ProfileKind::leaf, &issuer.intermediate())) &&
           std::all_of(names.begin(), names.end(), [&](const GeneralName& name) { return of_root->permits(name); });
}

void write_grid(const Path& folder, Time now) {
    const auto write = [&folder](const std::string& file, const Certificate& certificate) {
        replace_file(folder / (file + ".pem"), certificate.pem(), {0644, std::nullopt});
    };
    for (const Constrained& each : all_constraints()) {
        const Issuer issuer(each.name, each.root, each.intermediate, now);
        write(fmt::format("{}-root", each.name), issuer.root());
        write(fmt::format("{}-intermediate", each.name), issuer.intermediate());
        int number = 0;
        for (const char* const name : kNames) {
            const ToBeSigned tbs = leaf_for(issuer, name);
            const Certificate leaf = issuer.bad(tbs);
            const bool takes = leaf.other_name_count() == 0 &&
                               !verify_chain({leaf, issuer.intermediate()}, {issuer.root()}, ChainPurpose::server, now);
            const std::string file = fmt::format("{}-{}", each.name, ++number);
            write(file, leaf);
            fmt::print("{} {} {} {} {}\n", file, each.name, printable(name),
                       would_sign(issuer, tbs, leaf) ? "signs" : "refuses", takes ? "takes" : "refuses");
        }
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fputs("name-grid FOLDER\n", stderr);
        return 2;
    }
    try {
        write_grid(argv[1], system_now());
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "name-grid: %s\n", error.what());
        return 1;
    }
}
