#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "ca/base/clock.hpp"
#include "ca/exchange/fleet.hpp"

namespace halfday {

constexpr std::size_t kShownSerialDigits = 12;  // of a serial number, on the screen and the page

// The questions that an operator comes with, answered from a joined fleet.

/// One on the air-gapped box.
struct Ceremony {
    enum class What { intermediate, root, crl } what;
    Time due;
    std::string root;  // the Name of the one whose CRL it is, "" otherwise
};
/// "an intermediate", "a root", "the CRL of CN=Example Root"; foreign bytes are escaped.
[[nodiscard]] std::string describe(const Ceremony& ceremony);

struct FleetSummary {
    std::size_t hosts = 0;
    std::size_t certificates = 0;
    std::size_t served = 0;  // proved, and not at its end
    std::size_t dark = 0;    // none is served, or it has ended
    std::size_t warning = 0;
    std::size_t critical = 0;
    const FleetRow* next_dark = nullptr;  // ends first of those that have not, if nothing changes; of the fleet's rows
    std::optional<Ceremony> next_ceremony;
};

[[nodiscard]] bool is_dark(const FleetRow& row, Time now);
/// `fleet` must outlive the result, and stay as it is.
[[nodiscard]] FleetSummary summarise(const Fleet& fleet, Time now);

/// "OK", "WARNING", "CRITICAL".
[[nodiscard]] std::string_view word_of(Health health);

}  // namespace halfday
