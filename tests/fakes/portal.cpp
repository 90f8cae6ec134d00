#include "fakes/portal.hpp"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <chrono>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace pantau::test {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using asio::ip::udp;
using boost::system::error_code;
using Milliseconds = std::chrono::milliseconds;

constexpr std::array<std::string_view, 2> names{"check.example", "portal.example"};
constexpr std::string_view lie = "127.83.4.9";

/// A key with a certificate signed by itself; who trusts it trusts the server.
class Identity {
public:
    explicit Identity(PortalTls kind) : key_(EVP_EC_gen("P-256")), certificate_(X509_new()) {
        const bool is_expired = kind == PortalTls::expired;
        X509_set_version(certificate_, 2);
        ASN1_INTEGER_set(X509_get_serialNumber(certificate_), 1);
        X509_gmtime_adj(X509_getm_notBefore(certificate_), -7200);
        X509_gmtime_adj(X509_getm_notAfter(certificate_), is_expired ? -3600 : 3600);
        X509_set_pubkey(certificate_, key_);
        X509_NAME* const name = X509_get_subject_name(certificate_);
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                   reinterpret_cast<const unsigned char*>("a portal"), -1, -1, 0);
        X509_set_issuer_name(certificate_, name);
        extend(NID_basic_constraints, "critical,CA:TRUE");
        extend(NID_subject_alt_name,
               kind == PortalTls::other_name ? "DNS:other.example" : "DNS:portal.example");
        X509_sign(certificate_, key_, EVP_sha256());
    }
    Identity(const Identity&) = delete;
    Identity& operator=(const Identity&) = delete;
    ~Identity() {
        X509_free(certificate_);
        EVP_PKEY_free(key_);
    }

    void give_to(asio::ssl::context& context) const {
        SSL_CTX_use_certificate(context.native_handle(), certificate_);
        SSL_CTX_use_PrivateKey(context.native_handle(), key_);
    }
    [[nodiscard]] std::string pem() const {
        BIO* const out = BIO_new(BIO_s_mem());
        PEM_write_bio_X509(out, certificate_);
        char* text = nullptr;
        const long size = BIO_get_mem_data(out, &text);
        std::string pem(text, static_cast<std::size_t>(size));
        BIO_free(out);
        return pem;
    }

private:
    void extend(int what, const char* value) {
        X509V3_CTX context;
        X509V3_set_ctx(&context, certificate_, certificate_, nullptr, nullptr, 0);
        X509_EXTENSION* const made = X509V3_EXT_conf_nid(nullptr, &context, what, value);
        X509_add_ext(certificate_, made, -1);
        X509_EXTENSION_free(made);
    }

    EVP_PKEY* key_;
    X509* certificate_;
};

/// What is said to one request.
struct Reply {
    std::string bytes;
    Milliseconds delay{};
    bool hangs = false;  ///< Nothing more after the bytes, and the connection stays.
    bool resets = false;
    bool repeats = false;  ///< The bytes again and again.
    std::size_t bytes_per_second = 0;
};

using Answer = std::function<Reply(const std::string& line, const std::string& request)>;

/// One connection: one request, one answer.
template <class Stream>
class Talk : public std::enable_shared_from_this<Talk<Stream>> {
public:
    Talk(Stream stream, Answer answer)
        : stream_(std::move(stream)), pause_(stream_.get_executor()), answer_(std::move(answer)) {}

    void begin() {
        if constexpr (requires { stream_.next_layer(); }) {
            stream_.async_handshake(Stream::server,
                                    [self = this->shared_from_this()](const error_code& error) {
                                        if (!error) self->read();
                                    });
        } else {
            read();
        }
    }

private:
    void read() {
        stream_.async_read_some(
            asio::buffer(part_),
            [self = this->shared_from_this()](const error_code& error, std::size_t size) {
                if (error) return;
                self->request_.append(self->part_.data(), size);
                self->is_whole() ? self->on_request() : self->read();
            });
    }

    [[nodiscard]] bool is_whole() const {
        const auto head = request_.find("\r\n\r\n");
        if (head == std::string::npos) return false;
        const auto length = request_.find("Content-Length: ");
        const std::size_t body =
            length == std::string::npos ? 0 : std::stoul(request_.substr(length + 16));
        return request_.size() >= head + 4 + body;
    }

    void on_request() {
        reply_ = answer_(request_.substr(0, request_.find(" HTTP/")), request_);
        pause_.expires_after(reply_.delay);
        pause_.async_wait([self = this->shared_from_this()](const error_code& error) {
            if (!error) self->say();
        });
    }

    void say() {
        const std::size_t left = reply_.bytes.size() - sent_;
        const std::size_t rate = reply_.bytes_per_second;
        const std::size_t size =
            rate == 0 ? left : std::min(left, std::max<std::size_t>(rate / 20, 1));
        asio::async_write(
            stream_, asio::buffer(reply_.bytes.data() + sent_, size),
            [self = this->shared_from_this(), size](const error_code& error, std::size_t) {
                if (error) return;
                self->sent_ += size;
                self->go_on();
            });
    }

    void go_on() {
        if (reply_.repeats) sent_ = 0;
        if (reply_.repeats) return say();
        if (sent_ < reply_.bytes.size()) {
            pause_.expires_after(Milliseconds(50));
            pause_.async_wait([self = this->shared_from_this()](const error_code& error) {
                if (!error) self->say();
            });
            return;
        }
        error_code ignored;
        auto& socket = stream_.lowest_layer();
        if (reply_.resets) {
            socket.set_option(asio::socket_base::linger(true, 0), ignored);
            socket.close(ignored);
        } else if (reply_.hangs) {
            read();  // until the other side has enough
        } else {
            socket.shutdown(tcp::socket::shutdown_send, ignored);
        }
    }

    Stream stream_;
    asio::steady_timer pause_;
    Answer answer_;
    std::array<char, 2048> part_{};
    std::string request_;
    Reply reply_;
    std::size_t sent_ = 0;
};

Reply page(int status, std::string_view body, std::string_view more = {}) {
    return {"HTTP/1.1 " + std::to_string(status) + " x\r\n" + std::string(more) +
            "Content-Length: " + std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" +
            std::string(body)};
}

Reply redirect(std::string_view to) {
    return page(302, "", "Location: " + std::string(to) + "\r\n");
}

Reply silence() {
    Reply reply;
    reply.hangs = true;
    return reply;
}

std::string name_in(const std::vector<std::uint8_t>& query, std::size_t& end) {
    std::string name;
    std::size_t at = 12;
    while (at < query.size() && query[at] != 0 && at + query[at] < query.size()) {
        if (!name.empty()) name += '.';
        name.append(query.begin() + static_cast<std::ptrdiff_t>(at) + 1,
                    query.begin() + static_cast<std::ptrdiff_t>(at) + 1 + query[at]);
        at += query[at] + 1u;
    }
    end = at + 5;
    return name;
}

}  // namespace

class FakePortal::Parts {
public:
    Parts(PortalFaults faults, std::string_view at)
        : faults_(std::move(faults)),
          own_(asio::ip::make_address_v4(at)),
          identity_(faults_.tls),
          dns_(loop_),
          dns_tcp_(loop_),
          web_(loop_, tcp::endpoint(own_, 0)),
          tls_listener_(loop_, tcp::endpoint(own_, 0)),
          closed_(loop_) {
        listen_for_names();
        identity_.give_to(tls_);
        closed_.open(tcp::v4());
        closed_.bind({own_, 0});  // bound, never listening
        receive();
        accept_names();
        accept_web();
        accept_tls();
        thread_ = std::thread([this] { loop_.run(); });
    }
    Parts(const Parts&) = delete;
    Parts& operator=(const Parts&) = delete;
    ~Parts() {
        loop_.stop();
        thread_.join();
    }

    [[nodiscard]] std::uint16_t dns_port() const { return dns_.local_endpoint().port(); }
    [[nodiscard]] std::uint16_t web_port() const { return web_.local_endpoint().port(); }
    [[nodiscard]] std::uint16_t tls_port() const { return tls_listener_.local_endpoint().port(); }
    [[nodiscard]] std::uint16_t closed_port() const { return closed_.local_endpoint().port(); }
    [[nodiscard]] std::string certificate() const { return identity_.pem(); }

    [[nodiscard]] std::string form() {
        const std::lock_guard lock(mutex_);
        return form_;
    }
    [[nodiscard]] std::string requests() {
        const std::lock_guard lock(mutex_);
        return requests_;
    }
    void forget_logins() {
        const std::lock_guard lock(mutex_);
        is_logged_in_ = false;
        requests_.clear();
    }

private:
    /// One port for both ways.
    void listen_for_names() {
        for (int tries = 0;; ++tries) {
            error_code error;
            dns_ = udp::socket(loop_, {own_, 0});
            dns_tcp_ = tcp::acceptor(loop_);
            dns_tcp_.open(tcp::v4());
            dns_tcp_.bind({own_, dns_.local_endpoint().port()}, error);
            if (!error) break;
            if (tries == 100) throw boost::system::system_error(error);
        }
        dns_tcp_.listen();
    }

    void receive() {
        dns_.async_receive_from(
            asio::buffer(query_), from_, [this](const error_code& error, std::size_t size) {
                if (error == asio::error::operation_aborted) return;
                if (!error && size >= 17 && !faults_.dns_silent)
                    answer_later(
                        {query_.begin(), query_.begin() + static_cast<std::ptrdiff_t>(size)},
                        from_);
                receive();
            });
    }

    void answer_later(const std::vector<std::uint8_t>& query, const udp::endpoint& to) {
        auto reply = dns_reply(query, faults_.dns_truncates);
        if (faults_.dns_delay_ms == 0) {
            error_code ignored;
            dns_.send_to(asio::buffer(reply), to, 0, ignored);
            return;
        }
        auto pause =
            std::make_shared<asio::steady_timer>(loop_, Milliseconds(faults_.dns_delay_ms));
        pause->async_wait([this, pause, reply = std::move(reply), to](const error_code& error) {
            error_code ignored;
            if (!error) dns_.send_to(asio::buffer(reply), to, 0, ignored);
        });
    }

    void accept_names() {
        dns_tcp_.async_accept([this](const error_code& error, tcp::socket socket) {
            if (error) return;
            hear_name(std::make_shared<tcp::socket>(std::move(socket)));
            accept_names();
        });
    }

    /// One question of one connection.
    void hear_name(const std::shared_ptr<tcp::socket>& peer) {
        auto bytes = std::make_shared<std::vector<std::uint8_t>>(514);
        peer->async_read_some(
            asio::buffer(*bytes), [this, peer, bytes](const error_code& error, std::size_t size) {
                if (error || size < 19) return;
                if (faults_.dns_silent) return hear_name(peer);
                bytes->resize(size);
                const auto pause =
                    std::make_shared<asio::steady_timer>(loop_, Milliseconds(faults_.dns_delay_ms));
                pause->async_wait([this, peer, bytes, pause](const error_code& stopped) {
                    if (!stopped) answer_over_tcp(*peer, {bytes->begin() + 2, bytes->end()});
                });
            });
    }

    void answer_over_tcp(tcp::socket& peer, const std::vector<std::uint8_t>& query) {
        const auto reply = dns_reply(query, false);
        std::vector<std::uint8_t> framed{static_cast<std::uint8_t>(reply.size() >> 8),
                                         static_cast<std::uint8_t>(reply.size())};
        framed.insert(framed.end(), reply.begin(), reply.end());
        error_code ignored;
        asio::write(peer, asio::buffer(framed), ignored);
    }

    void accept_web() {
        web_.async_accept([this](const error_code& error, tcp::socket socket) {
            if (error) return;
            std::make_shared<Talk<tcp::socket>>(std::move(socket), answers())->begin();
            accept_web();
        });
    }

    void accept_tls() {
        using Stream = asio::ssl::stream<tcp::socket>;
        tls_listener_.async_accept([this](const error_code& error, tcp::socket socket) {
            if (error) return;
            std::make_shared<Talk<Stream>>(Stream(std::move(socket), tls_), answers())->begin();
            accept_tls();
        });
    }

    [[nodiscard]] std::vector<std::uint8_t> dns_reply(const std::vector<std::uint8_t>& query,
                                                      bool is_cut) const {
        std::size_t end = 0;
        const std::string name = name_in(query, end);
        std::vector<std::uint8_t> reply(query.begin(),
                                        query.begin() + static_cast<std::ptrdiff_t>(end));
        reply[2] = static_cast<std::uint8_t>(is_cut ? 0x83 : 0x81);
        reply[3] = 0x80;
        const bool is_known = std::ranges::find(names, name) != names.end();
        const bool is_lie =
            is_known ? faults_.dns_lies_about_known : faults_.dns_lies_about_unknown;
        if (faults_.dns_servfail) reply[3] = 0x82;
        if (is_cut || faults_.dns_servfail) return reply;
        if (!is_known && !is_lie) {
            reply[3] = 0x83;
            return reply;
        }
        reply[7] = 1;
        const std::array<std::uint8_t, 12> record{0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4};
        reply.insert(reply.end(), record.begin(), record.end());
        const auto bytes = (is_lie ? asio::ip::make_address_v4(lie) : own_).to_bytes();
        reply.insert(reply.end(), bytes.begin(), bytes.end());
        return reply;
    }

    [[nodiscard]] std::string portal_url() const {
        const std::string port = std::to_string(faults_.portal_closed ? closed_port() : web_port());
        if (faults_.redirects_to_link_local) return "http://169.254.169.254/portal";
        if (faults_.portal_elsewhere) return "http://evil.example:" + port + "/portal";
        if (faults_.tls != PortalTls::none)
            return "https://portal.example:" + std::to_string(tls_port()) + "/portal";
        return "http://portal.example:" + port + "/portal";
    }

    Answer answers() {
        return [this](const std::string& line, const std::string& request) {
            const std::lock_guard lock(mutex_);
            requests_ += line + '\n';
            if (line.starts_with("POST")) form_ = request.substr(request.find("\r\n\r\n") + 4);
            is_known_ = request.find("Cookie: sid=7\r\n") != std::string::npos;
            return answer(line);
        };
    }

    Reply answer(const std::string& line) {
        if (faults_.nothing_answers) return silence();
        if (line.ends_with(" /generate_204")) return answer_check();
        if (line.ends_with(" /portal")) return answer_portal(line);
        if (line.ends_with(" /quota/used")) return page(200, "no more today");
        if (line.ends_with(" /api"))
            return page(200, faults_.api_body, "Content-Type: application/captive+json\r\n");
        if (line.ends_with(" /login")) return answer_login();
        if (line.ends_with(" /64k")) return answer_file();
        return page(404, "no such page");
    }

    Reply answer_check() {
        const bool is_in = is_logged_in_ || faults_.is_open;
        if (!is_in && faults_.check_says_200) return page(200, "<html>hello</html>");
        if (!is_in) return redirect(portal_url());
        if (faults_.is_dead_behind) return silence();
        if (faults_.check_says_200_after_login) return page(200, "<html>hello</html>");
        if (faults_.quota_by_url)
            return redirect("http://portal.example:" + std::to_string(web_port()) + "/quota/used");
        if (faults_.quota_by_text) return page(200, "Maaf, KUOTA Anda habis");
        return page(204, "");
    }

    Reply answer_portal(const std::string& line) {
        if (faults_.portal_loops) return redirect(portal_url());
        if (faults_.portal_hangs_when_large && line.starts_with("GET")) return silence();
        if (!faults_.portal_raw.empty()) return {faults_.portal_raw};
        Reply reply = page(faults_.portal_status, "<html>Selamat datang: masuk</html>",
                           "Set-Cookie: sid=7\r\n");
        reply.delay = Milliseconds(faults_.portal_delay_ms);
        if (faults_.portal_resets) reply.bytes = "HTTP/1.1 200 x\r\nContent-Length: 9\r\n\r\nhalf";
        reply.resets = faults_.portal_resets;
        if (faults_.portal_is_endless) {
            reply.bytes = "HTTP/1.1 200 x\r\nSet-Cookie: sid=7\r\n\r\n" + std::string(65'536, 'x');
            reply.repeats = true;
        }
        return reply;
    }

    Reply answer_login() {
        if (faults_.login_hangs) return silence();
        if (!is_known_) return page(403, "who are you?");
        if (faults_.refuses_login) return page(200, "RADIUS: access denied");
        is_logged_in_ = !faults_.login_is_in_vain;
        return page(200, "Selamat, Anda terhubung");
    }

    Reply answer_file() {
        if (faults_.file_is_gone) return page(404, "no such file");
        Reply reply = page(200, std::string(65'536, 'x'));
        if (faults_.large_hang) {
            reply.bytes.resize(reply.bytes.find("\r\n\r\n") + 4);
            reply.hangs = true;
        }
        reply.bytes_per_second = static_cast<std::size_t>(faults_.bytes_per_second);
        return reply;
    }

    PortalFaults faults_;
    asio::ip::address_v4 own_;
    Identity identity_;
    asio::io_context loop_{1};
    asio::ssl::context tls_{asio::ssl::context::tls_server};
    udp::socket dns_;
    tcp::acceptor dns_tcp_;
    tcp::acceptor web_;
    tcp::acceptor tls_listener_;
    tcp::socket closed_;
    std::array<std::uint8_t, 512> query_{};
    udp::endpoint from_;
    std::mutex mutex_;  ///< Of what follows.
    bool is_logged_in_ = false;
    bool is_known_ = false;  ///< Of the request under way: with the cookie of the portal's page.
    std::string form_;
    std::string requests_;
    std::thread thread_;
};

FakePortal::FakePortal(PortalFaults faults, std::string_view at)
    : parts_(std::make_unique<Parts>(std::move(faults), at)) {}
FakePortal::~FakePortal() = default;

std::uint16_t FakePortal::dns_port() const {
    return parts_->dns_port();
}
std::uint16_t FakePortal::web_port() const {
    return parts_->web_port();
}
std::uint16_t FakePortal::tls_port() const {
    return parts_->tls_port();
}
std::uint16_t FakePortal::closed_port() const {
    return parts_->closed_port();
}
std::string FakePortal::certificate() const {
    return parts_->certificate();
}
std::string FakePortal::form_seen() const {
    return parts_->form();
}
std::string FakePortal::requests() const {
    return parts_->requests();
}
void FakePortal::forget_logins() {
    parts_->forget_logins();
}

}  // namespace pantau::test
