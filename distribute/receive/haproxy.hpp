#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ca/base/file.hpp"

namespace halfday {

/// Puts the pair in `file` into the running HAProxy by its runtime API, without a reload: under each name by which
/// `show ssl cert` calls that file, whatever the spelling. Each answer is waited for 5 s. A half-done transaction,
/// whosever it is, is aborted. Throws Error{remote} with HAProxy's own words, and when it has no such file.
void give_haproxy(const Path& runtime_socket, const Path& file);

/// Has HAProxy's master start a new worker, which reads the configuration and all files. Up to version 2.6 the master
/// says nothing of how that went. Throws Error{remote} with its words when it says that it failed.
void reload_haproxy(const Path& master_socket);

/// Whether those two will work: the socket answers, and HAProxy has the file, which only the first needs. Changes
/// nothing. Throws Error{remote}.
void check_runtime_socket(const Path& runtime_socket, const Path& file);
void check_master_socket(const Path& master_socket);

/// The names in an answer to `show ssl cert`, without those of a transaction that isn't committed.
[[nodiscard]] std::vector<std::string> names_of_certificates(std::string_view answer);
/// The certificate of the transaction that it tells of as begun and not committed; "" when there is none.
[[nodiscard]] std::string name_of_transaction(std::string_view answer);

}  // namespace halfday
