// Compiled into the programs of the sanitizers' build. In them and not in the environment, because sshd and sudo clear
// that: libfaketime may be loaded before the sanitizers' library, and leaks are for the unit tests to find, since a
// process that nobody may trace can't look for them.
extern "C" const char* __asan_default_options();
extern "C" const char* __asan_default_options() { return "detect_leaks=0:verify_asan_link_order=0"; }
