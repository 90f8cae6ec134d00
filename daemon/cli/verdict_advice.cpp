#include "cli/verdict_advice.hpp"

#include <algorithm>
#include <array>

namespace pantau::cli {
namespace {

struct Advice {
    std::string_view verdict;
    Words words;
};

constexpr std::array advice{
    Advice{"dns_dead",
           {"see whether the name server that DHCP gives out here is running and reachable: dig "
            "@SERVER NAME",
            "periksa apakah server DNS yang dibagikan DHCP di sini hidup dan terjangkau: dig "
            "@SERVER NAMA"}},
    Advice{"dns_hijacked",
           {"ask the name server for the same name from elsewhere; if the answer differs, a router "
            "or a blocker in between answers in its place",
            "tanyakan nama yang sama ke server DNS dari tempat lain; bila jawabannya berbeda, ada "
            "router atau pemblokir yang menjawab menggantikannya"}},
    Advice{"dns_slow",
           {"look at the load of the name server and at the loss on the link to it",
            "periksa beban server DNS dan paket hilang di jalur ke sana"}},
    Advice{"portal_unreachable",
           {"see whether the portal is running, and whether this network has a way to it: routes, "
            "firewall, tunnel",
            "periksa apakah portal hidup dan apakah jaringan ini punya jalan ke sana: rute, "
            "firewall, tunnel"}},
    Advice{"portal_wrong_host",
           {"compare the portal's address in the gateway with the inventory; if the gateway is "
            "right, somebody in between leads citizens away: report it",
            "cocokkan alamat portal di gateway dengan inventaris; bila gateway benar, ada yang "
            "membelokkan warga di tengah jalan: laporkan"}},
    Advice{"portal_error",
           {"read the portal's own log at this time, then that of its database and RADIUS",
            "baca log portal pada waktu ini, lalu log basis data dan RADIUS-nya"}},
    Advice{
        "portal_loop",
        {"gateway and portal do not agree on who is let in: compare their addresses, secrets and "
         "clocks",
         "gateway dan portal tidak sepakat siapa yang boleh masuk: cocokkan alamat, kunci, dan "
         "jam keduanya"}},
    Advice{"portal_certificate",
           {"renew the certificate, with all the names and the whole chain, and reload the portal; "
            "one of your own authority needs ca_file: in citizen:",
            "perbarui sertifikat dengan semua nama dan rantai lengkapnya, lalu muat ulang portal; "
            "bila otoritasnya milik sendiri, tulis ca_file: di citizen:"}},
    Advice{"portal_slow",
           {"look at the load of the portal and of the link to it",
            "periksa beban portal dan beban jalur ke sana"}},
    Advice{"login_refused",
           {"try the account of the check by hand; expired vouchers, a full user limit and a dead "
            "RADIUS look like this",
            "coba akun pemeriksaan ini dengan tangan; voucher habis, batas pengguna penuh, atau "
            "RADIUS mati tampak seperti ini"}},
    Advice{"no_portal",
           {"the gateway lets everybody through without the portal: see whether its hotspot is "
            "switched on. If open is meant, write session: may_be_open",
            "gateway meloloskan semua orang tanpa portal: periksa apakah hotspot-nya aktif. Bila "
            "memang sengaja terbuka, tulis session: may_be_open"}},
    Advice{"captive_lie",
           {"open the page of the check in a browser here: what is shown in its place tells who "
            "answers. Then look at the gateway and at proxies",
            "buka halaman pemeriksaan di peramban dari sini: isi yang tampil menunjukkan siapa "
            "yang menjawab. Lalu periksa gateway dan proxy"}},
    Advice{"no_internet_behind_portal",
           {"the uplink is down or does not let this network out: modem, provider, NAT",
            "uplink putus atau tidak meloloskan jaringan ini: modem, ISP, NAT"}},
    Advice{
        "quota_page",
        {"renew or raise the quota with the provider", "perpanjang atau tambah kuota di penyedia"}},
    Advice{"mtu_blackhole",
           {"lower the MTU, or clamp the MSS, on the tunnel or PPPoE line, and let ICMP "
            "\"fragmentation needed\" through",
            "turunkan MTU atau batasi MSS di tunnel atau PPPoE, dan loloskan ICMP \"fragmentation "
            "needed\""}},
    Advice{
        "slow_link",
        {"look at the load of the radio link and the uplink at this time; measure again at night",
         "periksa beban jalur radio dan uplink pada jam ini; ukur lagi malam hari"}},
    Advice{"unknown",
           {"this machine could not look; mend what the failed step says, here, not at the access "
            "point",
            "mesin ini yang tidak bisa memeriksa; perbaiki yang disebut langkah gagal, di sini, "
            "bukan di access point"}},
};

}  // namespace

const Words* advice_on(std::string_view verdict) {
    const auto* const found = std::ranges::find(advice, verdict, &Advice::verdict);
    return found != advice.end() ? &found->words : nullptr;
}

}  // namespace pantau::cli
