#include "cli/root/custodians.hpp"

#include <fmt/core.h>

#include "ca/base/error.hpp"
#include "ca/base/joined_secret.hpp"
#include "cli/common/terminal.hpp"
#include "cli/root/ceremony.hpp"
#include "cli/root/qr_code.hpp"

namespace halfday {
namespace {

constexpr std::size_t kMostKeyFile = 64 * 1024;
constexpr int kMostTries = 5;
constexpr std::size_t kWordsOfRow = 4;
constexpr std::size_t kWordWidth = 15;  // "  12 word", and room to the next

using Shares = std::vector<Share>;

void take(Share share, const Sharing& sharing, Shares& given) {
    if (const Verdict verdict = check_share(share, sharing, given)) {
        throw Error(ErrorKind::usage, verdict->text());
    }
    given.push_back(std::move(share));
}

Share share_from_file(const Path& file) {
    try {
        return parse_share(read_passphrase(file, ""));
    } catch (const Error& error) {
        throw Error(error.kind(), fmt::format("share file '{}': {}", file.string(), error.what()), error.hint());
    }
}

/// One share from the prompt; a refused one is told, and asked for again.
void ask_share(const Sharing& sharing, Shares& given) {
    for (int tries = 1;; ++tries) {
        const Secret typed = prompt_secret(
            fmt::format("a share of set {} ({} of {})", sharing.set(), given.size() + 1, sharing.threshold),
            "--share-file FILE, once for each");
        try {
            take(parse_share(typed), sharing, given);
            return;
        } catch (const Error& error) {
            if (tries == kMostTries) {
                throw;
            }
            print_error(kProgram, error.what(), error.hint());
        }
    }
}

Secret read_shares(const std::vector<Path>& files, const Sharing& sharing) {
    Shares given;
    for (const Path& file : files) {
        take(share_from_file(file), sharing, given);
    }
    while (files.empty() && static_cast<int>(given.size()) < sharing.threshold) {
        ask_share(sharing, given);
    }
    return accepted(combine(given, sharing), "the root's key stays shut");
}

/// The words with their numbers, some to a line.
Secret in_rows(const Secret& words) {
    Secret rows(words.size() * kWordWidth);
    std::string_view rest = words.reveal();
    for (std::size_t number = 1; !rest.empty(); ++number) {
        const std::string_view word = rest.substr(0, rest.find(' '));
        rest.remove_prefix(std::min(word.size() + 1, rest.size()));
        append(rows, fmt::format("{:4} ", number));
        append(rows, word);
        const bool ends_row = number % kWordsOfRow == 0 || rest.empty();
        append(rows, ends_row ? "\n" : std::string(kWordWidth - 5 - word.size(), ' '));
    }
    return rows;
}

/// Until what is typed is the share, or nothing.
void have_typed_back(const Share& share) {
    const Secret words = to_words(share);
    while (true) {
        const Secret typed =
            prompt_secret(fmt::format("share {}: type it from the paper to check it, or only Enter", share.number),
                          "nothing instead: a share is typed back at a terminal");
        if (typed.empty()) {
            return;
        }
        try {
            if (to_words(parse_share(typed)).reveal() == words.reveal()) {
                fmt::print("share {} is right on the paper\n", share.number);
                return;
            }
            print_error(kProgram, fmt::format("that is a share, but not share {}", share.number));
        } catch (const Error& error) {
            print_error(kProgram, error.what(), error.hint());
        }
    }
}

}  // namespace

Secret read_root_passphrase(const CeremonyOptions& options, const Path& file) {
    const auto sharing = sharing_in(read_secret_file(file, kMostKeyFile).reveal());
    if (sharing && !options.passphrase_file.empty()) {
        throw Error(ErrorKind::usage, "the root's key is shared, and no passphrase opens it",
                    fmt::format("give {} with --share-file, or at the prompt", sharing->text()));
    }
    if (!sharing && !options.share_files.empty()) {
        throw Error(ErrorKind::usage, "the root's key is not shared", "leave out --share-file");
    }
    return sharing ? read_shares(options.share_files, *sharing)
                   : read_passphrase(options.passphrase_file, "passphrase of the root's key");
}

void hand_out(const SharedKey& made, ShownAs shown_as) {
    for (const Share& share : made.shares) {
        show_secret(fmt::format("share {} of {}, set {}: for its custodian's eyes alone\n"
                                "write down this line and the words; the first four letters of a word are enough",
                                share.number, made.sharing.count, share.set),
                    in_rows(to_words(share)), "when it is on paper, Enter clears the screen");
        if (shown_as == ShownAs::words_and_code) {
            show_secret(fmt::format("the same as a QR code: share {}, set {}", share.number, share.set),
                        draw_qr_code(to_short_words(share)), "when it is photographed, Enter clears the screen");
        }
        have_typed_back(share);
    }
}

}  // namespace halfday
