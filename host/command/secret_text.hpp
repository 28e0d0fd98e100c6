/// Text that goes to strangers: what looks like a secret in it is hidden.
#pragma once

#include <string>
#include <vector>

namespace drover {

/// Whether a key names a secret: password, token, api_key, credentials, …
[[nodiscard]] bool is_secret_key(const std::string& key);

/// The text with `***` for each of `values`, for the password in every "scheme://user:password@",
/// and for the value of every key that names a secret, in YAML and in JSON.
[[nodiscard]] std::string without_secrets(const std::string& text,
                                          const std::vector<std::string>& values);

}  // namespace drover
