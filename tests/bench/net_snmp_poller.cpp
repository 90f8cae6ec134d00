#include "tests/bench/net_snmp_poller.hpp"

// The library's other headers need this one first.
#include <net-snmp/net-snmp-config.h>
//
#include <net-snmp/net-snmp-includes.h>
//
#include <net-snmp/library/large_fd_set.h>
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <deque>

namespace pantau::bench {
namespace {

void init_library() {
    ::setenv("MIBS", "", 1);
    netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_READ_CONFIGS, 1);
    netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_PERSIST_STATE, 1);
    netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DISABLE_PERSISTENT_LOAD, 1);
    init_snmp("bench");
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
}

struct Value {
    std::int64_t number = 0;
    std::string text;
};

}  // namespace

struct NetSnmpPoller::Impl {
    struct Target {
        Impl* owner = nullptr;
        netsnmp_session* session = nullptr;
        std::vector<Value> values;
        std::size_t request = 0;  ///< Of the poll under way.
        Time due{};
    };

    std::vector<std::vector<Oid>> requests;
    std::vector<std::vector<std::vector<oid>>> names;  ///< The same in the library's own type.
    std::deque<Target> targets;                        ///< Their addresses stay.
    long repetitions = 0;                              ///< 0: GET.
    bool is_endless = false;  ///< The next poll begins as soon as one is over.
    bool is_over = false;
    std::uint64_t polls = 0;
    std::uint64_t varbinds = 0;
    std::uint64_t timeouts = 0;

    void open(const std::string& peer) {
        netsnmp_session wanted;
        snmp_sess_init(&wanted);
        std::string name = peer;
        std::string community = "public";
        Target& target = targets.emplace_back();
        target.owner = this;
        wanted.version = SNMP_VERSION_2c;
        wanted.peername = name.data();
        wanted.community = reinterpret_cast<u_char*>(community.data());
        wanted.community_len = community.size();
        wanted.timeout = 2'000'000;
        wanted.retries = 1;
        wanted.callback = on_answer;
        wanted.callback_magic = &target;
        target.session = snmp_open(&wanted);
        if (target.session == nullptr) {
            std::fprintf(stderr, "snmp_open %s: no session\n", peer.c_str());
            std::exit(EXIT_FAILURE);
        }
    }

    void send(Target& target) {
        netsnmp_pdu* const pdu =
            snmp_pdu_create(repetitions == 0 ? SNMP_MSG_GET : SNMP_MSG_GETBULK);
        if (repetitions != 0) {  // the two share their place
            pdu->non_repeaters = 0;
            pdu->max_repetitions = repetitions;
        }
        for (const std::vector<oid>& name : names[target.request])
            snmp_add_null_var(pdu, name.data(), name.size());
        if (snmp_async_send(target.session, pdu, nullptr, nullptr) == 0) {
            snmp_free_pdu(pdu);
            ++timeouts;
        }
    }

    void begin(Target& target) {
        target.request = 0;
        target.values.clear();
        send(target);
    }

    static int on_answer(int operation, netsnmp_session*, int, netsnmp_pdu* pdu, void* magic) {
        auto& target = *static_cast<Target*>(magic);
        Impl& self = *target.owner;
        if (operation == NETSNMP_CALLBACK_OP_TIMED_OUT) {
            ++self.timeouts;
            return 1;
        }
        if (operation != NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE) return 1;
        for (const netsnmp_variable_list* v = pdu->variables; v != nullptr; v = v->next_variable) {
            target.values.push_back(value_of(*v));
            ++self.varbinds;
        }
        if (++target.request < self.names.size()) {
            self.send(target);
            return 1;
        }
        ++self.polls;
        if (self.is_endless && !self.is_over) self.begin(target);
        return 1;
    }

    static Value value_of(const netsnmp_variable_list& variable) {
        Value value;
        switch (variable.type) {
            case ASN_OCTET_STR:
            case ASN_OBJECT_ID:
                value.text.assign(reinterpret_cast<const char*>(variable.val.string),
                                  variable.val_len);
                break;
            case ASN_COUNTER64:
                value.number = static_cast<std::int64_t>(
                    (static_cast<std::uint64_t>(variable.val.counter64->high) << 32) |
                    variable.val.counter64->low);
                break;
            default:
                if (variable.val.integer != nullptr) value.number = *variable.val.integer;
        }
        return value;
    }

    /// Waits for answers until `until` at the latest.
    static void serve(Time until) {
        const auto left = std::chrono::duration_cast<std::chrono::microseconds>(
            until - std::chrono::steady_clock::now());
        int count = 0;
        int blocks = 0;
        timeval wait{};
        wait.tv_usec = std::max<long>(0, std::min<long>(left.count(), 100'000));
        netsnmp_large_fd_set ready;
        netsnmp_large_fd_set_init(&ready, FD_SETSIZE);
        snmp_select_info2(&count, &ready, &wait, &blocks);
        const int got = netsnmp_large_fd_set_select(count, &ready, nullptr, nullptr, &wait);
        if (got > 0) {
            snmp_read2(&ready);
        } else {
            snmp_timeout();
        }
        netsnmp_large_fd_set_cleanup(&ready);
    }
};

NetSnmpPoller::NetSnmpPoller(const std::vector<std::string>& peers,
                             std::vector<std::vector<Oid>> requests, unsigned repetitions)
    : impl_(std::make_unique<Impl>()) {
    impl_->repetitions = static_cast<long>(repetitions);
    static const bool is_ready = (init_library(), true);
    static_cast<void>(is_ready);
    impl_->requests = std::move(requests);
    for (const auto& request : impl_->requests) {
        auto& names = impl_->names.emplace_back();
        for (const Oid& name : request)
            names.emplace_back(name.parts().begin(), name.parts().end());
    }
    for (const std::string& peer : peers)
        impl_->open(peer);
}

NetSnmpPoller::~NetSnmpPoller() {
    impl_->is_over = true;
    for (const Impl::Target& target : impl_->targets)
        snmp_close(target.session);
}

void NetSnmpPoller::run(std::chrono::milliseconds interval, Time end) {
    const Time start = std::chrono::steady_clock::now();
    impl_->is_endless = interval.count() == 0;
    impl_->is_over = false;
    const auto count = static_cast<std::int64_t>(impl_->targets.size());
    std::int64_t begun = 0;
    const auto due = [&](std::int64_t number) {
        return start + std::chrono::duration_cast<Time::duration>(interval) * number / count;
    };
    for (Time now = start; now < end; now = std::chrono::steady_clock::now()) {
        while ((impl_->is_endless && begun < count) || (!impl_->is_endless && due(begun) <= now))
            impl_->begin(impl_->targets[static_cast<std::size_t>(begun++ % count)]);
        Impl::serve(impl_->is_endless ? end : std::min(end, due(begun)));
    }
    impl_->is_over = true;
}

std::uint64_t NetSnmpPoller::polls() const {
    return impl_->polls;
}

std::uint64_t NetSnmpPoller::varbinds() const {
    return impl_->varbinds;
}

std::uint64_t NetSnmpPoller::timeouts() const {
    return impl_->timeouts;
}

}  // namespace pantau::bench
