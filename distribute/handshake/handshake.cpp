#include "distribute/handshake/handshake.hpp"

#include <openssl/ssl.h>
#include <poll.h>

#include <cerrno>
#include <csignal>
#include <ctime>
#include <system_error>

#include "ca/base/error.hpp"
#include "ca/base/no_pipe_signal.hpp"
#include "ca/x509/openssl.hpp"
#include "distribute/handshake/connection.hpp"

namespace halfday {
namespace {

using SslCtxPtr = x509::Ptr<SSL_CTX, SSL_CTX_free>;
using SslPtr = x509::Ptr<SSL, SSL_free>;

SslCtxPtr make_context() {
    auto context = x509::require(SslCtxPtr(SSL_CTX_new(TLS_client_method())), "cannot set up TLS");
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_NONE, nullptr);
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
    return context;
}

SslPtr make_session(SSL_CTX* context, const FileDescriptor& fd, const std::string& server_name) {
    auto session = x509::require(SslPtr(SSL_new(context)), "cannot set up TLS");
    x509::require(SSL_set_fd(session.get(), fd.get()) == 1, "cannot set up TLS");
    // What SSL_set_tlsext_host_name does, which hides an old-style cast.
    std::string name = server_name;
    x509::require(name.empty() || SSL_ctrl(session.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                                           name.data()) == 1,
                  "cannot set the server's name");
    return session;
}

[[noreturn]] void fail(const Endpoint& endpoint, std::string reason) {
    if (reason.empty()) reason = "the server closed the connection";
    throw Error(ErrorKind::remote, "no TLS handshake with " + to_text(endpoint) + ": " + reason);
}

void shake_hands(SSL* session, int fd, const Endpoint& endpoint, Deadline deadline) {
    while (true) {
        errno = 0;
        const int result = SSL_connect(session);
        if (result == 1) return;
        const int error = errno;
        const int wanted = SSL_get_error(session, result);
        if (wanted != SSL_ERROR_WANT_READ && wanted != SSL_ERROR_WANT_WRITE) {
            std::string reason = x509::drain_openssl_errors();
            if (reason.empty() && error != 0) reason = std::generic_category().message(error);
            fail(endpoint, std::move(reason));
        }
        if (!wait_for(fd, wanted == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, deadline)) {
            fail(endpoint, "the deadline has passed");
        }
    }
}

Chain chain_of(SSL* session, const Endpoint& endpoint) {
    Chain chain;
    const STACK_OF(X509)* presented = SSL_get_peer_cert_chain(session);
    for (int i = 0; i < sk_X509_num(presented); ++i) {
        chain.push_back(Certificate::parse_der(x509::to_der<i2d_X509>(*sk_X509_value(presented, i))));
    }
    if (chain.empty()) fail(endpoint, "it presents no certificate");
    return chain;
}

/// A full handshake that has ended well.
class Handshake {
   public:
    Handshake(const Endpoint& endpoint, const std::string& server_name, Deadline until)
        : fd_(connect_to(endpoint, until)),
          context_(make_context()),
          session_(make_session(context_.get(), fd_, server_name)) {
        shake_hands(session_.get(), fd_.get(), endpoint, until);
    }
    Handshake(const Handshake&) = delete;
    Handshake& operator=(const Handshake&) = delete;
    ~Handshake() { SSL_shutdown(session_.get()); }

    [[nodiscard]] SSL* session() const { return session_.get(); }

    [[nodiscard]] bool has_ticket() const { return SSL_SESSION_has_ticket(SSL_get_session(session())) != 0; }

    /// Until TLS 1.2 a ticket comes in the handshake, since 1.3 after it. Data that comes instead is thrown away.
    [[nodiscard]] bool await_ticket(Deadline until) const {
        while (!has_ticket()) {
            if (SSL_version(session()) < TLS1_3_VERSION) return false;
            char byte = 0;
            const int result = SSL_read(session(), &byte, 1);
            if (has_ticket()) return true;
            if (std::chrono::steady_clock::now() >= until) return false;
            if (result > 0) continue;
            if (SSL_get_error(session(), result) != SSL_ERROR_WANT_READ) return false;
            if (!wait_for(fd_.get(), POLLIN, until)) return false;
        }
        return true;
    }

   private:
    NoPipeSignal guard_;
    FileDescriptor fd_;
    SslCtxPtr context_;
    SslPtr session_;
};

}  // namespace

Chain presented_chain(const Endpoint& endpoint, const std::string& server_name, std::chrono::milliseconds deadline) {
    const Handshake handshake(endpoint, server_name, std::chrono::steady_clock::now() + deadline);
    return chain_of(handshake.session(), endpoint);
}

Presented presented_with_session(const Endpoint& endpoint, const std::string& server_name,
                                 std::chrono::milliseconds deadline, const TicketWait& wait) {
    const Handshake handshake(endpoint, server_name, std::chrono::steady_clock::now() + deadline);
    Presented presented{chain_of(handshake.session(), endpoint), std::nullopt};
    if (wait.only_of && *wait.only_of != presented.chain.front()) return presented;
    if (!handshake.await_ticket(std::chrono::steady_clock::now() + wait.patience)) return presented;
    const unsigned long hint = SSL_SESSION_get_ticket_lifetime_hint(SSL_get_session(handshake.session()));
    if (hint != 0) presented.session_lifetime = std::chrono::seconds(hint);
    return presented;
}

}  // namespace halfday
