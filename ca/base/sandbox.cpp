#include "ca/base/sandbox.hpp"

#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <cerrno>
#include <memory>

#include "ca/base/error.hpp"

namespace halfday {
namespace {

struct FilterRelease {
    void operator()(void* filter) const { seccomp_release(filter); }
};

/// libseccomp's calls return a negative errno.
void expect_done(int result) {
    if (result < 0) {
        throw_errno("cannot deny this process the network by seccomp", -result);
    }
}

}  // namespace

void harden_process() {
    ::umask(077);
    const rlimit none{0, 0};
    if (::setrlimit(RLIMIT_CORE, &none) != 0) {
        throw_errno("cannot turn core dumps off");
    }
    if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
        throw_errno("cannot keep other processes from tracing this one");
    }
}

void deny_network() {
    const std::unique_ptr<void, FilterRelease> filter(seccomp_init(SCMP_ACT_ALLOW));
    if (!filter) {
        expect_done(-ENOMEM);
    }
    // One filter for all threads. System calls of another architecture (i386, x32) kill: libseccomp's default.
    expect_done(seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_TSYNC, 1));
    const scmp_arg_cmp other_family{.arg = 0, .op = SCMP_CMP_NE, .datum_a = AF_UNIX, .datum_b = 0};
    expect_done(seccomp_rule_add_array(filter.get(), SCMP_ACT_ERRNO(EACCES), SCMP_SYS(socket), 1, &other_family));
    expect_done(seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(EACCES), SCMP_SYS(io_uring_setup), 0));
    expect_done(seccomp_load(filter.get()));
}

}  // namespace halfday
