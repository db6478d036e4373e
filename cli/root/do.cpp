// halfday-root do: a ceremony as a file says. The file is read and checked as a whole before anything else is done.

#include <fmt/core.h>

#include <cstdio>
#include <filesystem>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/x509/digest.hpp"
#include "cli/root/ceremony.hpp"

namespace halfday {
namespace {

struct Held {
    const CeremonyOptions& options;
    Time now;

    int operator()(const InitOrder& order) const {
        if (order.key.empty()) {
            return hold_init(order, options, now);
        }
        if (!options.key.empty()) {
            throw Error(ErrorKind::usage, "the ceremony file and --key both say where the key is", "leave out --key");
        }
        CeremonyOptions with_key = options;
        with_key.key = order.key;
        return hold_init(order, with_key, now);
    }
    int operator()(const SignOrder& order) const { return hold_sign(order, options, now); }
    int operator()(const CrlOrder& order) const { return hold_crl(order, options, now); }
    int operator()(const RotateOrder& order) const { return hold_rotate(order, options, now); }
};

/// What the root permits, where there is one.
std::optional<NameConstraints> permitted_by_root(const RootFolder& folder) {
    const auto pem = read_file_if_there(folder.certificate(), Certificate::kMostBytes);
    return pem ? Certificate::parse_pem(*pem).name_constraints() : std::nullopt;
}

}  // namespace

int run_do(DoOptions options, Time now) {
    const std::string text = read_file(options.file, kMostCeremonyBytes);
    const auto of_root = permitted_by_root(options.ceremony.folder);
    const CeremonyOrder order =
        parse_ceremony(text, options.file.string(), std::filesystem::absolute(options.file).parent_path(),
                       of_root ? &*of_root : nullptr);
    const std::string sha256 = sha256_hex(text);
    fmt::print("ceremony file\n{}", format_facts({{"file", printable(options.file.string())}, {"sha256", sha256}}));
    options.ceremony.note = "by a ceremony file with SHA-256 " + sha256;
    return std::visit(Held{options.ceremony, now}, order);
}

}  // namespace halfday
