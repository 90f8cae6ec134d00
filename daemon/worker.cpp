#include "worker.hpp"

#include <algorithm>
#include <utility>

#include "collectors/registry.hpp"

namespace pantau {
namespace {

std::vector<std::unique_ptr<Collector>> make_collectors(boost::asio::io_context& loop,
                                                        const CollectorTotals& totals) {
    std::vector<std::unique_ptr<Collector>> collectors;
    const auto kinds = collector_kinds();
    for (std::size_t i = 0; i < kinds.size(); ++i)
        collectors.push_back(kinds[i]->make(loop, totals[i]));
    return collectors;
}

/// The devices behind one parent are dealt to all Workers: each has its part of the link.
Schedule::Options options_for(unsigned workers) {
    Schedule::Options options;
    options.link_window = std::max<std::size_t>(1, options.link_window / workers);
    return options;
}

}  // namespace

CollectorTotals make_collector_totals() {
    CollectorTotals totals;
    for (const CollectorKind* kind : collector_kinds())
        totals.push_back(kind->make_counts());
    return totals;
}

Worker::Worker(std::string name, const CollectorTotals& totals,
               std::shared_ptr<const Interpreter> interpreter, Shard::Sink sink, unsigned workers,
               const Clock& clock)
    : thread_(std::move(name)),
      shard_(std::make_unique<Shard>(thread_.loop(), make_collectors(thread_.loop(), totals),
                                     std::move(interpreter), std::move(sink), stats_, clock,
                                     options_for(workers))) {}

Worker::~Worker() {
    stop();
}

void Worker::stop() {
    if (is_stopped_) return;
    is_stopped_ = true;
    if (thread_.is_running()) thread_.call([this] { shard_->stop(); });
    thread_.stop();
}

void Worker::apply(std::vector<std::shared_ptr<const Device>> added_or_changed,
                   std::vector<DeviceId> removed) {
    thread_.post([this, added_or_changed = std::move(added_or_changed),
                  removed = std::move(removed)] { shard_->apply(added_or_changed, removed); });
}

void Worker::set_interpreter(std::shared_ptr<const Interpreter> interpreter) {
    thread_.post(
        [this, interpreter = std::move(interpreter)] { shard_->set_interpreter(interpreter); });
}

}  // namespace pantau
