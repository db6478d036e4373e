#include "ca/exchange/run_counts.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "ca/exchange/snapshot_scan.hpp"

namespace halfday {
namespace {

constexpr std::size_t kMostEnd = 4096;  // more than kMostTotals of them take

std::string end_of(const Path& file) {
    const FileDescriptor fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    struct stat status {};
    if (!fd || ::fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode)) return "";
    std::string end(kMostEnd, '\0');
    const auto from = std::max<off_t>(0, status.st_size - static_cast<off_t>(kMostEnd));
    const ssize_t count = ::pread(fd.get(), end.data(), end.size(), from);
    end.resize(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    return end;
}

/// No text in JSON has these bytes: its quotes are escaped.
std::vector<RunCounts::Total> totals_at_end(const std::string& end) {
    const std::size_t at = end.rfind(kTotalsMember);
    if (at == std::string::npos) return {};
    JsonScan in(std::string_view(end).substr(at));
    RunCounts counts = scan_run_counts(in);
    in.need("}");
    return in.failed() || !in.at_end() ? std::vector<RunCounts::Total>{} : std::move(counts.totals);
}

}  // namespace

RunCounts counts_after(const Path& snapshot, RunCounts run) {
    const std::vector<RunCounts::Total> before = totals_at_end(end_of(snapshot));
    for (RunCounts::Total& total : run.totals) {
        const auto known = std::find_if(before.begin(), before.end(),
                                        [&](const RunCounts::Total& each) { return each.of == total.of; });
        if (known != before.end()) total.count += known->count;
    }
    return run;
}

}  // namespace halfday
