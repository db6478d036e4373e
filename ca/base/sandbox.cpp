#include "ca/base/sandbox.hpp"

#include <sched.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <memory>

#include "ca/base/error.hpp"

namespace halfday {
namespace {

constexpr std::uint32_t kDenied = SCMP_ACT_ERRNO(EACCES);

constexpr std::array kOfOtherProcesses = {
    SCMP_SYS(execve),
    SCMP_SYS(execveat),
    SCMP_SYS(fork),
    SCMP_SYS(vfork),
    SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(pidfd_getfd),
    SCMP_SYS(kcmp),
    SCMP_SYS(mount),
    SCMP_SYS(umount2),
    SCMP_SYS(move_mount),
    SCMP_SYS(open_tree),
    SCMP_SYS(pivot_root),
    SCMP_SYS(chroot),
    SCMP_SYS(unshare),
    SCMP_SYS(setns),
    SCMP_SYS(open_by_handle_at),
    SCMP_SYS(bpf),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(userfaultfd),
    SCMP_SYS(add_key),
    SCMP_SYS(request_key),
    SCMP_SYS(keyctl),
    SCMP_SYS(init_module),
    SCMP_SYS(finit_module),
    SCMP_SYS(kexec_load),
};

/// libseccomp's calls return a negative errno.
void expect_done(int result) {
    if (result < 0) {
        throw_errno("cannot take rights from this process by seccomp", -result);
    }
}

/// What is not denied is allowed.
class Filter {
   public:
    Filter() : context_(seccomp_init(SCMP_ACT_ALLOW)) {
        if (!context_) {
            expect_done(-ENOMEM);
        }
        // One filter for all threads. System calls of another architecture (i386, x32) kill: libseccomp's default.
        expect_done(seccomp_attr_set(get(), SCMP_FLTATR_CTL_TSYNC, 1));
    }
    [[nodiscard]] void* get() const noexcept { return context_.get(); }
    void load() const { expect_done(seccomp_load(get())); }

   private:
    struct Release {
        void operator()(void* filter) const { seccomp_release(filter); }
    };
    std::unique_ptr<void, Release> context_;
};

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
    const Filter filter;
    const scmp_arg_cmp other_family{.arg = 0, .op = SCMP_CMP_NE, .datum_a = AF_UNIX, .datum_b = 0};
    expect_done(seccomp_rule_add_array(filter.get(), kDenied, SCMP_SYS(socket), 1, &other_family));
    expect_done(seccomp_rule_add(filter.get(), kDenied, SCMP_SYS(io_uring_setup), 0));
    filter.load();
}

void deny_processes() {
    const Filter filter;
    const scmp_arg_cmp no_thread{
        .arg = 0, .op = SCMP_CMP_MASKED_EQ, .datum_a = CLONE_THREAD, .datum_b = 0};  // value under the mask
    expect_done(seccomp_rule_add_array(filter.get(), kDenied, SCMP_SYS(clone), 1, &no_thread));
    // Its flags are in memory, which a filter can't read; the C library then takes clone.
    expect_done(seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0));
    for (const int call : kOfOtherProcesses) {
        expect_done(seccomp_rule_add(filter.get(), kDenied, call, 0));
    }
    filter.load();
}

}  // namespace halfday
