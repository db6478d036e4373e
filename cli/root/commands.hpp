#pragma once

#include <string>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/base/file.hpp"
#include "ca/root/airgap.hpp"
#include "ca/root/root_folder.hpp"

namespace halfday {

/// Facts as lines for people, or as one JSON document.
enum class Form { text, json };

/// How far a ceremony goes.
enum class Extent {
    whole,
    check,     // to where it has been read, checked and shown, without the root's key
    rehearse,  // all of it, with a throw-away root
};

/// What every ceremony has, whatever is done in it.
struct CeremonyOptions {
    RootFolder folder;
    NetworkPolicy network = NetworkPolicy::refuse;
    std::string key;  // a URI; "": see root_key_uri
    Path passphrase_file;
    std::vector<Path> share_files;  // where the key is shared, in place of the prompt
    Path next_passphrase_file;      // of the next root, in a rotation
    std::string confirm;            // the fingerprint on the issuer's screen; "": it is asked for
    Extent extent = Extent::whole;
    std::string note;  // for the ceremony log
};

/// What --permit and --exclude name: domains and ranges of IP addresses.
struct ConstraintOptions {
    std::vector<std::string> permitted;
    std::vector<std::string> excluded;
};

struct InitOptions {
    CeremonyOptions ceremony;
    std::string name;
    ConstraintOptions constraints;
    std::string lifetime = "3650d";
    std::string algorithm = "P-384";
};

struct SignOptions {
    CeremonyOptions ceremony;
    Path request;
    Path out;
    std::string name;
    ConstraintOptions constraints;
    std::string lifetime = "35d";
    std::string purpose = "server";
    int windows = 1;
};

struct DoOptions {
    CeremonyOptions ceremony;
    Path file;
};

struct CrlOptions {
    CeremonyOptions ceremony;
    std::vector<std::string> revoked;  // certificates' files or serials; none for `crl`
    std::string reason = "unspecified";
    std::string next_update = "100d";
    Path after;  // a CRL that went out and may not be in the log; "": none
    Path out;
};

struct RotateOptions {
    CeremonyOptions ceremony;  // of the root in force
    RootFolder next;
    std::string next_key;           // a URI; "": see root_key_uri
    std::string name;               // of the next root; "": there is one
    ConstraintOptions constraints;  // where they permit nothing: what the root in force permits
    std::string lifetime = "3650d";
    std::string algorithm = "P-384";
    Path out;
};

struct LogVerifyOptions {
    RootFolder folder;
    Path log;      // "": the folder's
    Path root;     // "": the folder's
    Path against;  // "": none
};

/// How a custodian sees a share.
enum class ShownAs { words, words_and_code };

struct ShareOptions {
    CeremonyOptions ceremony;
    ShownAs shown_as = ShownAs::words;
    int threshold = 0;
    int count = 0;
};

// One function a subcommand; each returns the exit status, or throws Error.
int run_init(const InitOptions& options, Time now);
int run_sign(const SignOptions& options, Time now);
int run_do(DoOptions options, Time now);
int run_share(const ShareOptions& options, Time now);
int run_rotate(const RotateOptions& options, Time now);
int run_crl(const CrlOptions& options, Time now);
int run_inspect(const Path& file, Form form);
int run_airgap(Form form);
/// Shows a file that is no secret as QR codes, for `halfday scan`.
int run_qr(const Path& file);
int run_log(const RootFolder& folder, Form form);
int run_log_verify(const LogVerifyOptions& options, Form form);
int run_log_begin(const CeremonyOptions& options, Time now);
int run_log_export(const RootFolder& folder, const Path& out);

}  // namespace halfday
