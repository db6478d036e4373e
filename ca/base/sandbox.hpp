#pragma once

namespace halfday {

/// No core dumps, not traceable by others (PR_SET_DUMPABLE, RLIMIT_CORE), umask 077. First thing in every program that
/// may hold a secret. Throws Error{io}.
void harden_process();

/// From here on, and in every child, socket() fails with EACCES for every family but AF_UNIX, and io_uring_setup
/// always: seccomp through libseccomp. Sets no_new_privs. Throws Error{io} when the kernel has no seccomp.
void deny_network();

/// From here on this process starts no program and no other process (threads it may), looks into none, and changes no
/// mount, namespace or setting of the kernel: what it would need for that fails with EACCES. Sets no_new_privs. Throws
/// Error{io} when the kernel has no seccomp.
void deny_processes();

}  // namespace halfday
