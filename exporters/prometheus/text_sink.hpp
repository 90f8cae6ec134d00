#pragma once

#include <string>
#include <string_view>

namespace pantau::exposition {

/// Takes a rendering piece by piece, so that a city's 40 MB need not exist at once.
class TextSink {
public:
    virtual ~TextSink() = default;
    virtual void take(std::string_view piece) = 0;
};

/// Keeps the text as it is.
class StringSink final : public TextSink {
public:
    explicit StringSink(std::string& out) : out_(out) {}
    void take(std::string_view piece) override { out_.append(piece); }

private:
    std::string& out_;
};

}  // namespace pantau::exposition
