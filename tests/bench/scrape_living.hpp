#pragma once

#include <string>

namespace pantau::bench {

struct ScrapedDaemon {
    std::string pantaud;
    std::string profiles;
    int seconds = 20;  ///< How long is measured, without scrapers and with.
};

/// A pantaud that polls 2,000 simulated access points every 10 s: how late its polls are while
/// nobody scrapes, and while two scrapers ask for everything without a pause, one plain and one
/// with gzip. Call it before the second thread of this process.
void scrape_living(const ScrapedDaemon& what);

}  // namespace pantau::bench
