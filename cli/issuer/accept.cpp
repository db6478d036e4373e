#include <fmt/core.h>
#include <unistd.h>

#include <variant>

#include "ca/base/duration.hpp"
#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/exchange/settings.hpp"
#include "ca/issuer/enrolment.hpp"
#include "ca/x509/chain.hpp"
#include "cli/common/exit_status.hpp"
#include "cli/common/terminal.hpp"
#include "cli/issuer/commands.hpp"
#include "cli/issuer/json.hpp"

namespace halfday {
namespace {

constexpr std::size_t kMostChainBytes = 64 * 1024;

void print_text(const Acceptance& accepted, Time now) {
    const Certificate& intermediate = accepted.certificate;
    fmt::print("accepted:  {}\n", intermediate.subject());
    fmt::print("valid:     {} to {} ({} left)\n", format_time(intermediate.not_before()),
               format_time(intermediate.not_after()), describe_span(intermediate.not_after() - now));
    fmt::print("signs:     {}\n",
               accepted.signs_from <= now
                   ? "from now on"
                   : fmt::format("from {}; until then what signed before does", format_time(accepted.signs_from)));
    fmt::print("permitted: {}, and all below\n", intermediate.name_constraints()->text());
}

/// `halfday accept` opens the file, which this user may not be able to read, and hands it over as standard input.
constexpr std::string_view kStandardInput = "-";

std::string name_of(const Path& file) {
    return file == kStandardInput ? "the chain" : "'" + printable(file.string()) + "'";
}

std::string read_standard_input() {
    std::string content(kMostChainBytes + 1, '\0');
    std::size_t size = 0;
    while (size < content.size()) {
        const ssize_t count = ::read(STDIN_FILENO, content.data() + size, content.size() - size);
        if (count < 0) {
            throw_errno("cannot read the chain on standard input");
        }
        if (count == 0) {
            break;
        }
        size += static_cast<std::size_t>(count);
    }
    if (size > kMostChainBytes) {
        throw Error(ErrorKind::corrupt, fmt::format("the chain is larger than {} bytes", kMostChainBytes));
    }
    content.resize(size);
    return content;
}

Chain read_chain(const Path& file) {
    const std::string pem = file == kStandardInput ? read_standard_input() : read_file(file, kMostChainBytes);
    try {
        return parse_chain(pem);
    } catch (const Error& error) {
        throw Error(error.kind(), fmt::format("{} is no chain: {}", name_of(file), error.what()),
                    "it is the file that `halfday-root sign` wrote to --out");
    }
}

}  // namespace

int run_accept(const IssuerOptions& options, const Path& chain, Time now) {
    require_owner_runs(options.places, "accept CHAIN");
    const std::string key_uri = read_settings(options.places.settings()).issuer_key;
    const auto decision =
        accept_chain(options.places, read_chain(chain), key_uri, passphrase_source(options.passphrase_file), now);
    if (const auto* refusal = std::get_if<Refusal>(&decision)) {
        for (const std::string& reason : refusal->reasons) {
            print_error(kProgram, fmt::format("{} is refused: {}", name_of(chain), reason));
        }
        return kFailed;
    }
    const auto& accepted = std::get<Acceptance>(decision);
    if (options.form == Form::json) {
        fmt::print("{}\n", to_json(accepted));
    } else {
        print_text(accepted, now);
    }
    return kDone;
}

}  // namespace halfday
