#include "ca/base/sandbox.hpp"

#include <linux/io_uring.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <thread>

#include "tests/unit/error_of.hpp"
#include "tests/unit/in_child.hpp"

using namespace halfday;
using namespace halfday::test;

namespace {

/// The errno of a socket of this family, or 0.
int error_of_socket(int family, int type) { return ::socket(family, type | SOCK_CLOEXEC, 0) < 0 ? errno : 0; }

int error_of_io_uring() {
    io_uring_params parameters{};
    return ::syscall(SYS_io_uring_setup, 1, &parameters) < 0 ? errno : 0;
}

/// 0 when the network is denied and AF_UNIX is not, else the number of the first line that is wrong.
int fault_of_filter() {
    const int denied[][2] = {{AF_INET, SOCK_STREAM}, {AF_INET, SOCK_DGRAM},     {AF_INET6, SOCK_STREAM},
                             {AF_NETLINK, SOCK_RAW}, {AF_PACKET, SOCK_DGRAM},   {AF_VSOCK, SOCK_STREAM},
                             {AF_UNSPEC, SOCK_RAW},  {AF_INET6, SOCK_SEQPACKET}};
    int line = 0;
    for (const auto& [family, type] : denied) {
        ++line;
        if (error_of_socket(family, type) != EACCES) {
            return line;
        }
    }
    if (error_of_socket(AF_UNIX, SOCK_STREAM) != 0 || error_of_socket(AF_UNIX, SOCK_DGRAM) != 0) {
        return 100;
    }
    return error_of_io_uring() == EACCES ? 0 : 101;
}

}  // namespace

TEST_CASE("without the filter this test could open what it denies") {
    CHECK(error_of_socket(AF_INET, SOCK_STREAM) == 0);
    CHECK(error_of_io_uring() != EACCES);
}

TEST_CASE("after deny_network a process has AF_UNIX and no network") {
    CHECK(in_child([] {
              deny_network();
              return fault_of_filter();
          }) == 0);
}

TEST_CASE("the network stays denied in children and in programs that they start") {
    CHECK(in_child([] {
              deny_network();
              return in_child(fault_of_filter);
          }) == 0);
    CHECK(in_child([] {
              deny_network();
              return ::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 && ::prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == 2 ? 0 : 1;
          }) == 0);
}

TEST_CASE("the network is denied to threads that run already") {
    CHECK(in_child([] {
              std::atomic<bool> denied = false;
              int fault = -1;
              std::thread thread([&] {
                  while (!denied) {
                      std::this_thread::yield();
                  }
                  fault = fault_of_filter();
              });
              deny_network();
              denied = true;
              thread.join();
              return fault;
          }) == 0);
}

TEST_CASE("a hardened process leaves no core and no readable files") {
    CHECK(in_child([] {
              harden_process();
              rlimit core{1, 1};
              ::getrlimit(RLIMIT_CORE, &core);
              if (core.rlim_cur != 0 || core.rlim_max != 0) {
                  return 1;
              }
              if (::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0) {
                  return 2;
              }
              return ::umask(0) == 077 ? 0 : 3;
          }) == 0);
}

TEST_CASE("after deny_processes there are threads, and no other process, program or look into one") {
    CHECK(in_child([] {
              deny_processes();
              int seen = 0;
              std::thread([&] { seen = 1; }).join();
              if (seen != 1) {
                  return 1;
              }
              if (::fork() != -1 || errno != EACCES) {
                  return 2;
              }
              std::array<char*, 1> no_arguments{nullptr};
              if (::execve("/bin/true", no_arguments.data(), no_arguments.data()) != -1 || errno != EACCES) {
                  return 3;
              }
              if (::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != -1 || errno != EACCES) {
                  return 4;
              }
              return ::unshare(CLONE_NEWNS) == -1 && errno == EACCES ? 0 : 5;
          }) == 0);
}
