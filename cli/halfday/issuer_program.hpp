#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ca/base/file.hpp"
#include "ca/base/secret.hpp"
#include "ca/exchange/places.hpp"

namespace halfday {

/// halfday-issuer, run by hand for one command, with the passphrase of its key where that has one. That never gets
/// root's terminal, nor another user's file: the passphrase is read here and goes through a pipe.
class IssuerProgram {
   public:
    /// The passphrase is the first line of `passphrase_file`. Where none is named and a key is encrypted, or in a
    /// token with a PIN: of the file that halfday-issuer.service loads as its credential; else it is asked for on the
    /// terminal. Throws Error{usage} for a file that others may read, or an empty passphrase.
    IssuerProgram(const Places& places, const Path& passphrase_file);

    /// As run_service. May be called again.
    [[nodiscard]] int run(std::vector<std::string> arguments, const FileDescriptor& input = FileDescriptor{},
                          const FileDescriptor& output = FileDescriptor{}) const;
    /// There is a key that needs one, and nobody to ask.
    [[nodiscard]] bool lacks_passphrase() const noexcept { return lacks_passphrase_; }

   private:
    const Places& places_;
    std::optional<Secret> passphrase_;
    bool lacks_passphrase_ = false;
};

}  // namespace halfday
