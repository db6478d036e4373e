#include <fmt/core.h>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "ca/base/error.hpp"
#include "ca/exchange/crls.hpp"
#include "distribute/receive/check_entry.hpp"
#include "distribute/receive/check_rights.hpp"
#include "distribute/receive/check_way_in.hpp"
#include "distribute/receive/status.hpp"
#include "distribute/receive/versions.hpp"

namespace halfday {
namespace {

using Findings = std::vector<Finding>;
using Level = Finding::Level;

void check_roots(const Receiver& receiver, Time now, Findings& findings) {
    for (const Certificate& root : receiver.roots) {
        const std::string name = "root " + root.fingerprint().text();
        const bool is_valid = root.not_before() <= now && now <= root.not_after();
        findings.push_back(
            {name + (is_valid ? " is valid until " : " is not valid now: it ends ") + format_time(root.not_after()),
             is_valid ? Level::fine : Level::wrong, is_valid ? "" : "look at this host's clock, and at the root"});
    }
}

void check_crls(const Receiver& receiver, Time now, Findings& findings) {
    try {
        const Crls crls = read_crls(receiver.places.crls(), receiver.roots);
        for (const Crl& crl : crls) {
            findings.push_back({fmt::format("CRL {} revokes {} and is followed by another one at {}", crl.number(),
                                            crl.revoked().size(), format_time(crl.next_update()))});
        }
        for (std::string& line : overdue(crls, now)) {
            findings.push_back({std::move(line), Level::warning, "halfday-root crl, then halfday accept"});
        }
    } catch (const Error& error) {
        findings.push_back({error.what(), Level::warning, error.hint()});
    }
}

/// Whether a file or folder of ours has this mode and is this process's.
void check_access(const Path& path, mode_t mode, Findings& findings) {
    struct stat status {};
    const std::string name = "'" + path.string() + "'";
    if (::lstat(path.c_str(), &status) != 0) {
        findings.push_back({"there is no " + name, Level::wrong, "run halfday-receiver init again"});
        return;
    }
    if ((status.st_mode & 07777) == mode && status.st_uid == ::geteuid()) return;
    findings.push_back(
        {name + " has another owner or mode than it should", Level::wrong,
         "chown " + std::to_string(::geteuid()) + " " + name + " && chmod " + fmt::format("{:04o} ", mode) + name});
}

void check_state(const ReceiverPlaces& places, Findings& findings) {
    const std::size_t before = findings.size();
    check_access(places.state, 0755, findings);
    check_access(places.identity(), 0600, findings);
    for (const Path& folder : {places.pending(), places.journal(), places.records()}) {
        check_access(folder, 0700, findings);
    }
    for (const Path& folder : {places.versions(), places.live()}) check_access(folder, 0755, findings);
    if (findings.size() == before) findings.push_back({"'" + places.state.string() + "' has its owner and modes"});
}

bool is_ours(gid_t group) {
    std::vector<gid_t> groups(static_cast<std::size_t>(std::max(::getgroups(0, nullptr), 0)));
    const int count = ::getgroups(static_cast<int>(groups.size()), groups.data());
    groups.resize(static_cast<std::size_t>(std::max(count, 0)));
    return ::geteuid() == 0 || group == ::getegid() || std::find(groups.begin(), groups.end(), group) != groups.end();
}

void check_group(const Grant& grant, Findings& findings) {
    try {
        const auto group = group_of(grant);
        if (group && !is_ours(*group)) {
            findings.push_back({grant.entry.text() + ": this user is not in the group '" + grant.key_group +
                                    "', to which it is to give its key",
                                Level::wrong, "usermod -aG " + grant.key_group + " and this user's name"});
        }
    } catch (const Error& error) {
        findings.push_back({error.what(), Level::wrong, error.hint()});
    }
}

}  // namespace

std::string_view to_text(Finding::Level level) {
    switch (level) {
        case Level::fine:
            return "fine";
        case Level::warning:
            return "warning";
        case Level::wrong:
            break;
    }
    return "wrong";
}

std::vector<Finding> check_receiver(const Receiver& receiver, Time now) {
    Findings findings;
    check_roots(receiver, now, findings);
    check_crls(receiver, now, findings);
    check_state(receiver.places, findings);
    try {
        for (Finding& finding : check_room(receiver.places.state)) findings.push_back(std::move(finding));
        for (Finding& finding : check_way_in(receiver.places)) findings.push_back(std::move(finding));
        for (Finding& finding : check_rights(receiver.grants)) findings.push_back(std::move(finding));
    } catch (const Error& error) {
        findings.push_back({error.what(), Level::warning, error.hint()});
    }
    for (const Grant& grant : receiver.grants.certificates) {
        check_group(grant, findings);
        try {
            for (Finding& finding : check_entry(receiver, grant, now)) findings.push_back(std::move(finding));
        } catch (const Error& error) {
            findings.push_back({grant.entry.text() + ": " + error.what(), Level::wrong, error.hint()});
        }
    }
    return findings;
}

}  // namespace halfday
