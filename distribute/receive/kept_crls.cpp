#include "distribute/receive/kept_crls.hpp"

#include <exception>
#include <variant>

namespace halfday {
namespace {

void add_note(KeptCrls& kept, const std::string& text) { kept.note += (kept.note.empty() ? "" : "; ") + text; }

void read_kept(const ReceiverPlaces& places, const std::vector<Certificate>& roots, KeptCrls& kept) {
    try {
        kept.crls = read_crls(places.crls(), roots);
    } catch (const std::exception& error) {
        add_note(kept, error.what());
    }
}

void take_arrived(const std::string& arrived, const std::vector<Certificate>& roots, KeptCrls& kept) {
    for (const Crl& crl : parse_crls(arrived, kMostCrls)) {
        auto taken = take_crl(kept.crls, crl, roots);
        if (const auto* const refusal = std::get_if<Refusal>(&taken)) {
            add_note(kept, refusal->text());
        } else {
            kept.crls = std::get<Crls>(std::move(taken));
        }
    }
}

}  // namespace

KeptCrls keep_delivered_crls(const ReceiverPlaces& places, const std::vector<Certificate>& roots,
                             const std::string& arrived) noexcept {
    KeptCrls kept;
    read_kept(places, roots, kept);
    if (arrived.empty()) return kept;
    const Crls before = kept.crls;
    try {
        take_arrived(arrived, roots, kept);
        if (kept.crls != before) replace_file(places.crls(), to_pem(kept.crls), Access{0644});
    } catch (const std::exception& error) {
        add_note(kept, error.what());
    }
    return kept;
}

}  // namespace halfday
