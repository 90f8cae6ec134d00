#pragma once

#include <string>
#include <string_view>

namespace pantau::test {

/// What is wrong with a document that is made from tables of the source: nothing when the file is
/// what it should be, else where it differs first and how to renew it. With PANTAU_RENEW_DOCS=1 in
/// the environment it is written anew instead.
[[nodiscard]] std::string document_fault(const std::string& path, std::string_view content);

}  // namespace pantau::test
