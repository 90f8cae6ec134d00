#include "exporters/prometheus/series_book.hpp"

#include <bit>
#include <cmath>
#include <limits>

#include "base/assert.hpp"

namespace pantau::exposition {
namespace {

constexpr std::string_view name_of(FamilyType type) {
    return type == FamilyType::counter ? "counter" : "gauge";
}

std::string header_of(const Family& family, Format format) {
    return family_head(family.name, name_of(family.type), full_help(family), format);
}

}  // namespace

SeriesBook::SeriesBook(const FamilyTable& families)
    : families_(families), samples_(families.all().size()) {
    text_.reserve(memory_least);
}

std::string& SeriesBook::begin() {
    open_at_ = text_.size();
    text_.push_back('{');
    return text_;
}

std::string& SeriesBook::begin_like(Labels earlier) {
    open_at_ = text_.size();
    text_.append(text_, earlier.at, earlier.size);
    return text_;
}

Labels SeriesBook::pause() {
    // 4 GiB of label text would be twenty million components.
    PANTAU_ASSERT(text_.size() < std::numeric_limits<std::uint32_t>::max());
    return {static_cast<std::uint32_t>(open_at_),
            static_cast<std::uint32_t>(text_.size() - open_at_)};
}

Labels SeriesBook::close() {
    if (text_.back() == ',') text_.pop_back();
    text_.append("} ");
    return pause();
}

void SeriesBook::add(FamilyId family, Labels labels, Number value) {
    Sample sample;
    sample.labels_at = labels.at;
    sample.labels_size = labels.size & 0x3FFFFFFFu;
    sample.kind = static_cast<std::uint32_t>(value.kind()) & 3u;
    if (value.kind() == Number::Kind::real) {
        if (!std::isfinite(value.as_double())) return;
        sample.bits = std::bit_cast<std::uint64_t>(value.as_double());
    } else {
        sample.bits = static_cast<std::uint64_t>(value.as_integer());
    }
    std::vector<Sample>& samples = samples_[family];
    if (samples.capacity() == 0) samples.reserve(memory_least / sizeof(Sample));
    samples.push_back(sample);
}

std::size_t SeriesBook::size() const {
    std::size_t count = 0;
    for (const auto& samples : samples_)
        count += samples.size();
    return count;
}

std::size_t SeriesBook::rendered_size_most() const {
    std::size_t most = 0;
    for (std::size_t i = 0; i < samples_.size(); ++i) {
        const Family& family = families_.all()[i];
        most += 4 * family.name.size() + 2 * family.help.size() + 2 * family.origin.size() + 200;
        most += samples_[i].size() * (family.name.size() + number_size + 2);
        for (const Sample& sample : samples_[i])
            most += sample.labels_size;
    }
    return most;
}

void SeriesBook::render(TextSink& out, Format format) const {
    TextWriter writer(out);
    for (std::size_t i = 0; i < samples_.size(); ++i) {
        if (samples_[i].empty()) continue;
        const Family& family = families_.all()[i];
        writer.put(header_of(family, format));
        for (const Sample& sample : samples_[i])
            writer.line(family.name, text({sample.labels_at, sample.labels_size}), sample);
    }
}

}  // namespace pantau::exposition
