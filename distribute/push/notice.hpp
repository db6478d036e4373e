#pragma once

#include <functional>
#include <optional>
#include <string>

#include "ca/base/names.hpp"
#include "ca/exchange/event.hpp"
#include "ca/exchange/message.hpp"

namespace halfday {

/// One line for a person, about one host, one of its certificates, or this box; everything foreign in it is escaped.
struct Notice {
    enum class Kind { news, warning, problem } kind;  // a warning is no failure
    std::optional<HostName> host;                     // nothing: what is the distributor's own
    std::optional<EntryName> entry;
    std::string text;
    std::string hint = {};                          // of a problem or warning: the next action
    std::string serial = {};                        // of the certificate that it is about
    std::optional<Outcome> outcome = std::nullopt;  // of a delivery, by the host's receipt
    bool operator==(const Notice&) const = default;

    /// "web1.example.org www: proved …".
    [[nodiscard]] std::string line() const {
        if (!host) return text;
        return host->text() + (entry ? " " + entry->text() : std::string()) + ": " + text;
    }
};

/// What the journal is told of it.
[[nodiscard]] LogEvent event_of(const Notice& notice);

/// Told of each notice when it comes up; always from the thread that called.
using Tell = std::function<void(const Notice&)>;

}  // namespace halfday
