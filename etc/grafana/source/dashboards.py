"""The five dashboards: from the city to the RW to the access point, evidence of use, and pantaud itself."""
from panels import (BLUE, GREEN, GREY, HEALTH, HEALTH_NAMES, ORANGE, RED, YELLOW, bars, city_map, column, dashboard,
                    field, graph, link, only_one, stat, steps, table, text_variable, timeline, values, variable)

# What the variables choose, as selectors.
IN_KECAMATAN = 'kecamatan=~"$kecamatan"'
IN_KELURAHAN = IN_KECAMATAN + ',kelurahan=~"$kelurahan"'
IN_RW = IN_KELURAHAN + ',rw=~"$rw"'
THIS_AP = 'ap="$ap"'

KECAMATAN = variable("kecamatan", "Kecamatan", "pantau_ap_up")
KELURAHAN = variable("kelurahan", "Kelurahan", "pantau_ap_up", IN_KECAMATAN)
RW = variable("rw", "RW", "pantau_ap_up", IN_KELURAHAN)
AP = only_one(variable("ap", "AP", "pantau_ap_up", IN_RW))

SHARE = steps((None, RED), (0.8, ORANGE), (0.95, YELLOW), (0.99, GREEN))
NONE_IS_GOOD = steps((None, GREEN), (1, RED))
TO_AP = link("AP ini", "pantau-ap", ap=field("ap"))
TO_RW = link("Kelurahan ini", "pantau-kelurahan", kelurahan=field("kelurahan"))
TO_KELURAHAN = link("Kelurahan ini", "pantau-kelurahan", kecamatan="${__field.labels.kecamatan}",
                    kelurahan="${__field.labels.kelurahan}")
AP_HEALTH = f"pantau_ap_health{{{IN_KECAMATAN}}}"
NOT_WELL = f"({AP_HEALTH} < 2 or {AP_HEALTH} == 5)"


def aps(level, where, health):
    return f'pantau_area_aps{{level="{level}",{where},health=~"{health}"}}'


def people(level, where):
    return f'pantau_area_clients{{level="{level}",{where}}}'


def traffic(direction, by, where):
    """Bytes per second over the air: of radios, of networks where the maker counts none by radio."""
    each = by if by == "ap" else f"{by}, ap"
    of_radios = f"sum by ({each}) (rate(pantau_radio_{direction}_bytes_total{{{where}}}[$__rate_interval]))"
    of_networks = f"sum by ({each}) (rate(pantau_ssid_{direction}_bytes_total{{{where}}}[$__rate_interval]))"
    return f"sum by ({by}) ({of_radios} or {of_networks})"


def city():
    unused = f"sum(max_over_time(rw:pantau_clients:sum{{{IN_KECAMATAN}}}[7d]) == bool 0)"
    return dashboard(
        "pantau-kota", "pantau: Kota", "The city at a glance: what works, what does not, and where.", [KECAMATAN],
        [(4, [
            (stat("AP berfungsi", "Access points that work, degraded ones included.",
                  f'sum({aps("kecamatan", IN_KECAMATAN, "up|degraded")})', thresholds=steps((None, GREEN))), 4),
            (stat("AP mati", "Down, or cut off behind a dead parent. Maintenance and unknown are not counted here.",
                  f'sum({aps("kecamatan", IN_KECAMATAN, "down|unreachable")})', thresholds=NONE_IS_GOOD), 4),
            (stat("AP tidak diketahui", "Nobody could look: not yet polled, or the monitor is cut off. Not the same as down.",
                  f'sum({aps("kecamatan", IN_KECAMATAN, "unknown")})',
                  thresholds=steps((None, GREEN), (1, GREY))), 4),
            (stat("RW gelap", "RW in which nothing works, something is known to be down and nothing is unknown.",
                  f"sum(rw:pantau_dark:bool{{{IN_KECAMATAN}}})", thresholds=NONE_IS_GOOD), 4),
            (stat("Pengguna", "People connected now, as far as access points can count them.",
                  f'sum({people("kecamatan", IN_KECAMATAN)})'), 4),
            (stat("RW tanpa pengguna 7 hari", "RW whose people were counted in the last seven days, and always as zero.",
                  unused, thresholds=steps((None, GREEN), (1, ORANGE)),
                  links=[link("Bukti pemakaian", "pantau-utilisasi", "kecamatan")]), 4)]),
         (8, [
             (graph("AP menurut kesehatan", "All access points by health. A gap: pantaud was not scraped.",
                    [(f'sum by (health) (pantau_area_aps{{level="kecamatan",{IN_KECAMATAN}}})', "{{health}}")],
                    stacked=True, least=0, colors=HEALTH_NAMES), 12),
             (graph("Pengguna per kecamatan", "People connected, by kecamatan.",
                    [(f'sum by (kecamatan) ({people("kecamatan", IN_KECAMATAN)})', "{{kecamatan}}")], least=0), 12)]),
         (6, [
             (timeline("Bagian AP yang berfungsi", "Share of known access points that work, by kecamatan.",
                       f"kecamatan:pantau_aps_working:ratio{{{IN_KECAMATAN}}}", "{{kecamatan}}", thresholds=SHARE,
                       unit="percentunit"), 24)]),
         (14, [
             (city_map("Peta", "Every access point that has a place in the inventory, by health. Works without internet: "
                       "the borders come from public/maps/kelurahan.geojson of this Grafana, and may be missing.",
                       f"{AP_HEALTH} * on (ap) group_left (lat, lon) pantau_ap_location_info", values(*HEALTH),
                       [TO_AP]), 12),
             (table("Titik bermasalah", "Access points that are down, cut off or degraded; the 20 without an answer for the "
                    "longest time come first. An empty time: never answered since pantaud started.",
                    [NOT_WELL, f"(time() - pantau_ap_last_success_timestamp_seconds{{{IN_KECAMATAN}}}) and on (ap) {NOT_WELL}",
                     f"avg_over_time(ap:pantau_available:bool{{{IN_KECAMATAN}}}[1d]) and on (ap) {NOT_WELL}"],
                    [column("ap", "AP", links=[TO_AP]), column("kelurahan", "Kelurahan", links=[TO_RW]), column("rw", "RW", width=60),
                     column("Value #A", "Keadaan", mappings=values(*HEALTH)),
                     column("Value #B", "Sejak jawaban terakhir", unit="s"),
                     column("Value #C", "Tersedia 24 jam", unit="percentunit", thresholds=SHARE, decimals=1)],
                    ["ap", "kelurahan", "rw", "Value #A", "Value #B", "Value #C"], sort_by="Value #B", limit=20), 12)]),
         (8, [
             (table("Peringatan aktif", "Alerts of pantau.alerts.yml that fire now. Empty is good news only while pantaud is "
                    "scraped: PantauMonitorDead is one of them.",
                    ['ALERTS{alertname=~"Pantau.*",alertstate="firing"}'],
                    [column("alertname", "Peringatan"), column("severity", "Tingkat"),
                     column("kelurahan", "Kelurahan"), column("rw", "RW", width=60), column("ap", "AP", links=[TO_AP]),
                     column("device", "Perangkat")],
                    ["alertname", "severity", "kecamatan", "kelurahan", "rw", "ap", "device"],
                    sort_by="severity", descending=False), 24)])])


def kelurahan():
    def by_rw(health):
        return f'sum by (kecamatan, kelurahan, rw) ({aps("rw", IN_KELURAHAN, health)})'
    return dashboard(
        "pantau-kelurahan", "pantau: Kelurahan", "Each RW and each access point of a kelurahan.",
        [KECAMATAN, KELURAHAN],
        [(9, [
            (table("RW", "One line for each RW. Availability: the RW counts as served while one of its access points works; "
                   "time that is not known is left out.",
                   [by_rw("up|degraded"), by_rw("down|unreachable"),
                    f'sum by (kecamatan, kelurahan, rw) ({people("rw", IN_KELURAHAN)})',
                    f"avg_over_time(rw:pantau_available:bool{{{IN_KELURAHAN}}}[1d])",
                    f"avg_over_time(rw:pantau_available:bool{{{IN_KELURAHAN}}}[30d])"],
                   [column("rw", "RW", width=60), column("kelurahan", "Kelurahan", links=[TO_RW]),
                    column("Value #A", "AP berfungsi"), column("Value #B", "AP mati", thresholds=NONE_IS_GOOD),
                    column("Value #C", "Pengguna"),
                    column("Value #D", "Tersedia 24 jam", unit="percentunit", thresholds=SHARE, decimals=1),
                    column("Value #E", "Tersedia 30 hari", unit="percentunit", thresholds=SHARE, decimals=1)],
                   ["kelurahan", "rw", "Value #A", "Value #B", "Value #C", "Value #D", "Value #E"],
                   sort_by="Value #B"), 12),
            (table("AP", "Every access point, those in trouble first.",
                   [f"pantau_ap_health{{{IN_KELURAHAN}}}", f"pantau_ap_clients{{{IN_KELURAHAN}}}",
                    f"time() - pantau_ap_last_success_timestamp_seconds{{{IN_KELURAHAN}}}"],
                   [column("ap", "AP", links=[TO_AP]), column("rw", "RW", width=60),
                    column("Value #A", "Keadaan", mappings=values(*HEALTH)), column("Value #B", "Pengguna"),
                    column("Value #C", "Sejak jawaban terakhir", unit="s")],
                   ["ap", "rw", "Value #A", "Value #B", "Value #C"], sort_by="Value #A", descending=False), 12)]),
         (8, [
             (timeline("Bagian AP yang berfungsi per RW", "Share of known access points that work. Blank: not known.",
                       f"rw:pantau_aps_working:ratio{{{IN_KELURAHAN}}}", "{{kelurahan}} RW {{rw}}", thresholds=SHARE,
                       unit="percentunit"), 24)]),
         (8, [
             (graph("Pengguna per RW", "People connected, by RW.",
                    [(people("rw", IN_KELURAHAN), "{{kelurahan}} RW {{rw}}")], least=0, table_legend=True), 12),
             (graph("Lalu lintas", "Bytes per second over the air: from people above the line, to people below it.",
                    [(traffic("receive", "kelurahan", IN_KELURAHAN), "dari warga, {{kelurahan}}"),
                     (traffic("transmit", "kelurahan", IN_KELURAHAN), "ke warga, {{kelurahan}}")],
                    unit="Bps", below="^ke warga.*"), 12)]),
         (7, [
             (table("Switch dan perangkat induk", "What access points are reached through.",
                    [f"pantau_device_health{{{IN_KELURAHAN}}}"],
                    [column("device", "Perangkat"), column("role", "Peran"), column("kelurahan", "Kelurahan"),
                     column("Value", "Keadaan", mappings=values(*HEALTH))],
                    ["device", "role", "kecamatan", "kelurahan", "Value"], sort_by="device", descending=False), 24)])],
        time_from="now-24h")


def access_point():
    web = {"title": "Halaman AP", "url": "http://" + field("address"), "targetBlank": True}
    api = {"title": "Observasi terakhir (JSON)", "url": "${pantau}/api/v1/devices/" + field("ap"), "targetBlank": True}
    radio = "{{radio}} {{band}}"
    return dashboard(
        "pantau-ap", "pantau: AP", "One access point: state, people, radios, traffic. A gap is a time without an answer.",
        [KECAMATAN, KELURAHAN, RW, AP, text_variable("pantau", "Alamat pantaud", "http://127.0.0.1:8551")],
        [(4, [
            (stat("Keadaan", "Health as pantaud sees it now.", f"pantau_ap_health{{{THIS_AP}}}",
                  mappings=values(*HEALTH)), 6),
            (stat("Pengguna", "People connected now. No data is not zero.", f"pantau_ap_clients{{{THIS_AP}}}"), 4),
            (stat("Menyala sejak", "Time since it started.", f"pantau_ap_uptime_seconds{{{THIS_AP}}}", unit="s"), 5),
            (stat("Jawaban terakhir", "Time since it last answered.",
                  f"time() - pantau_ap_last_success_timestamp_seconds{{{THIS_AP}}}", unit="s",
                  thresholds=steps((None, GREEN), (180, RED))), 5),
            (stat("Menyala ulang 24 jam", "Restarts seen within a day.",
                  f"round(increase(pantau_ap_reboots_total{{{THIS_AP}}}[1d]))",
                  thresholds=steps((None, GREEN), (1, YELLOW), (3, RED))), 4)]),
         (4, [
             (timeline("Keadaan", "Health over time. Blank: pantaud was not scraped.", f"pantau_ap_health{{{THIS_AP}}}",
                       "{{ap}}", mappings=values(*HEALTH)), 24)]),
         (4, [
             (table("Perangkat", "What it is, as last observed.", [f"pantau_ap_info{{{THIS_AP}}}"],
                    [column("ap", "AP", links=[api]), column("address", "Alamat", links=[web]),
                     column("vendor", "Pembuat"), column("model", "Model"), column("firmware", "Firmware"),
                     column("serial", "Nomor seri"), column("profile", "Profil")],
                    ["ap", "address", "vendor", "model", "firmware", "serial", "profile"]), 24)]),
         (8, [
             (graph("Pengguna per jaringan dan radio", "Clients by network and radio.",
                    [(f"pantau_ssid_clients{{{THIS_AP}}}", "{{ssid}} {{radio}}")], least=0), 12),
             (graph("Lalu lintas udara", "Bytes per second: from people above the line, to people below it.",
                    [(traffic("receive", "ap", THIS_AP), "dari warga"), (traffic("transmit", "ap", THIS_AP), "ke warga")],
                    unit="Bps", below="^ke warga.*"), 12)]),
         (8, [
             (graph("Waktu udara terpakai", "Share of time the channel is busy, as each radio hears it.",
                    [(f"pantau_radio_airtime_ratio{{{THIS_AP}}}", radio)], unit="percentunit", least=0, most=1,
                    thresholds=steps((None, GREEN), (0.8, RED))), 12),
             (graph("Kanal", "Channel of each radio; a step is a change of channel.",
                    [(f"pantau_radio_channel{{{THIS_AP}}}", radio)]), 12)]),
         (8, [
             (graph("Antarmuka kabel", "Bytes per second of each port: received above the line, sent below it.",
                    [(f"rate(pantau_interface_receive_bytes_total{{{THIS_AP}}}[$__rate_interval])", "terima {{interface}}"),
                     (f"rate(pantau_interface_transmit_bytes_total{{{THIS_AP}}}[$__rate_interval])", "kirim {{interface}}")],
                    unit="Bps", below="^kirim.*"), 12),
             (graph("Prosesor dan memori", "Share of memory in use, and load average where the maker tells it.",
                    [(f"pantau_ap_memory_ratio{{{THIS_AP}}}", "memori"), (f"pantau_ap_cpu_ratio{{{THIS_AP}}}", "prosesor")],
                    unit="percentunit", least=0, most=1), 12)]),
         (8, [
             (timeline("Pemeriksaan", "Whether each collector got its answer.",
                       f"pantau_ap_probe_success{{{THIS_AP}}}", "{{collector}}",
                       mappings=values((0, "gagal", RED), (1, "berhasil", GREEN))), 12),
             (graph("Lama pemeriksaan", "Time that the latest visit of each collector took.",
                    [(f"pantau_ap_probe_duration_seconds{{{THIS_AP}}}", "{{collector}}")], unit="s", least=0), 12)])],
        time_from="now-24h")


def use():
    def over(function, what, days="30d"):
        return f"{function}_over_time({what}{{{IN_KECAMATAN}}}[{days}])"
    most = over("max", "rw:pantau_clients:sum")
    hours = over("sum", "rw:pantau_clients:sum") + " * 120 / 3600"
    measured = over("count", "rw:pantau_clients:sum") + " * 120 / (30 * 86400)"
    available = over("avg", "rw:pantau_available:bool")
    area = [column("kecamatan", "Kecamatan"), column("kelurahan", "Kelurahan", links=[TO_RW]), column("rw", "RW", width=60)]
    columns = area + [column("Value #A", "Pengguna terbanyak"), column("Value #B", "Jam-pengguna", decimals=1),
                      column("Value #C", "Waktu terukur", unit="percentunit", thresholds=SHARE, decimals=1),
                      column("Value #D", "Tersedia 30 hari", unit="percentunit", thresholds=SHARE, decimals=1)]
    shown = ["kecamatan", "kelurahan", "rw", "Value #A", "Value #B", "Value #C", "Value #D"]
    return dashboard(
        "pantau-utilisasi", "pantau: Utilisasi", "Evidence of use: which RW were used in the last 30 days, how much, and how "
        "much of the time was measured at all. What was not measured is neither used nor unused. Needs pantau.rules.yml "
        "and a retention of 30 days.", [KECAMATAN],
        [(4, [
            (stat("RW dipakai", "RW with at least one person at some time in 30 days.",
                  f"sum({most} > bool 0)", thresholds=steps((None, GREEN))), 6),
            (stat("RW tidak dipakai", "RW whose people were counted, and always as zero, for 30 days.",
                  f"sum({most} == bool 0)", thresholds=steps((None, GREEN), (1, ORANGE))), 6),
            (stat("Bagian RW yang dipakai", "Share of used RW among those whose people were counted.",
                  f"avg({most} > bool 0)", unit="percentunit", decimals=1,
                  thresholds=steps((None, RED), (0.5, ORANGE), (0.8, GREEN))), 6),
            (stat("Waktu terukur", "Share of 30 days for which people were counted, mean over RW. Little of it is weak evidence.",
                  f"avg({measured})", unit="percentunit", decimals=1, thresholds=SHARE), 6)]),
         (10, [
             (table("RW tidak dipakai", "Counted, and nobody was there in 30 days. Look at the measured time first.",
                    [f"{most} == 0", f"({hours}) and ({most} == 0)", f"({measured}) and ({most} == 0)",
                     f"({available}) and ({most} == 0)"],
                    columns, shown, sort_by="Value #C"), 12),
             (table("Semua RW", "Use and availability of every RW whose people were counted, the least used first.",
                    [most, hours, measured, available], columns, shown, sort_by="Value #B", descending=False), 12)]),
         (10, [
             (bars("Jam-pengguna per kelurahan", "Hours that people were connected in 30 days: 10 people for an hour are 10. "
                   "Only measured time counts.",
                   f'sort_desc(sum by (kecamatan, kelurahan) ({hours}))', "{{kelurahan}}", links=[TO_KELURAHAN]), 12),
             (bars("Jam sibuk", "Mean number of people in the whole city by hour of the day (WIB), over 30 days.",
                   "avg_over_time(jam:pantau_clients:sum[30d])", "pukul {{jam}}"), 12)]),
         (8, [
             (graph("Pengguna", "People connected, by kecamatan.",
                    [(f"sum by (kecamatan) (rw:pantau_clients:sum{{{IN_KECAMATAN}}})", "{{kecamatan}}")], least=0), 24)])],
        time_from="now-30d", refresh="30m")


def itself():
    here = 'instance=~"$instance"'
    instance = variable("instance", "pantaud", "pantau_build_info")

    def rate(metric, by="", more=""):
        inner = f"rate({metric}{{{here}{more}}}[$__rate_interval])"
        return f"sum by ({by}) ({inner})" if by else f"sum({inner})"

    def share(quantile, metric):
        return f"histogram_quantile({quantile}, {rate(metric + '_bucket', 'le')})"
    return dashboard(
        "pantau-self", "pantau: pantaud", "Whether the monitor itself can be believed.", [instance],
        [(4, [
            (stat("Menjawab", "Whether Prometheus can scrape pantaud.", f'min(up{{job="pantau",{here}}})',
                  mappings=values((0, "tidak", RED), (1, "ya", GREEN))), 4),
            (stat("Umur data", "Age of what a scrape shows.", f"max(pantau_snapshot_age_seconds{{{here}}})", unit="s",
                  thresholds=steps((None, GREEN), (60, RED))), 4),
            (stat("Perangkat", "Devices in the inventory.", f"sum(pantau_inventory_devices{{{here}}})"), 4),
            (stat("Konfigurasi", "Whether the latest reading of the configuration was accepted.",
                  f"min(pantau_config_last_reload_successful{{{here}}})",
                  mappings=values((0, "ditolak", RED), (1, "berlaku", GREEN))), 4),
            (stat("Riwayat di cakram", "Whether what must outlive a restart is on the disk.",
                  f"min(pantau_state_durable{{{here}}})",
                  mappings=values((0, "tidak", RED), (1, "ya", GREEN))), 4),
            (stat("Deret tidak muat", "Series left out of scrapes within a day.",
                  f"round(sum(increase(pantau_series_dropped_total{{{here}}}[1d])))", thresholds=NONE_IS_GOOD), 4)]),
         (8, [
             (graph("Keterlambatan pemeriksaan", "Time from when a poll was due to its start.",
                    [(share(0.5, "pantau_poll_lateness_seconds"), "setengah"),
                     (share(0.99, "pantau_poll_lateness_seconds"), "99 %")], unit="s", least=0), 12),
             (graph("Lama pemeriksaan", "Time from the start of a poll to its end.",
                    [(share(0.5, "pantau_poll_duration_seconds"), "setengah"),
                     (share(0.99, "pantau_poll_duration_seconds"), "99 %")], unit="s", least=0), 12)]),
         (8, [
             (graph("Pemeriksaan", "Polls per second, and those left out.",
                    [(rate("pantau_polls_total"), "selesai"), (rate("pantau_polls_shed_total"), "dilewatkan")],
                    unit="ops", least=0, colors={"dilewatkan": RED}), 12),
             (graph("Kegagalan menurut sebab", "Polls per second without any answer, by reason.",
                    [(rate("pantau_poll_failures_total", "reason"), "{{reason}}")], unit="ops", least=0, stacked=True), 12)]),
         (8, [
             (graph("Lama scrape", "Time that Prometheus needs for a scrape of pantaud.",
                    [(f'scrape_duration_seconds{{job="pantau",{here}}}', "{{instance}} {{shard}}")], unit="s", least=0), 8),
             (graph("Deret per scrape", "Samples of a scrape. Above 100,000: scrape in parts.",
                    [(f'scrape_samples_scraped{{job="pantau",{here}}}', "{{instance}} {{shard}}")], least=0), 8),
             (graph("Jeda putaran", "Longest delay of each event loop since the scrape before.",
                    [(f"pantau_loop_lag_seconds{{{here}}}", "{{loop}}")], unit="s", least=0), 8)]),
         (8, [
             (graph("Memori", "Resident memory.", [(f'process_resident_memory_bytes{{job="pantau",{here}}}', "{{instance}}")],
                    unit="bytes", least=0), 8),
             (graph("Prosesor", "Seconds of processor time per second.",
                    [(rate("process_cpu_seconds_total", "instance", ',job="pantau"'), "{{instance}}")], unit="none", least=0), 8),
             (graph("Pemberitahuan tertahan", "Age of the oldest message not yet delivered, by receiver. Comes with pantaud's "
                    "own alerting; without it there is no data.",
                    [(f"pantau_outbox_oldest_seconds{{{here}}}", "{{receiver}}")], unit="s", least=0), 8)])])


def all_of_them():
    return [city(), kelurahan(), access_point(), use(), itself()]
