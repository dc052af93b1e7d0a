// Where a test finds the files of the repository and what the build has made. Functions of one
// file, so that no other object depends on where the checkout is.
#pragma once

#include <string>

namespace tests {

// The absolute path of what stands at `path` from the repository's root, e.g. "scenarios/x.json".
std::string in_repository(const std::string& path);
// The same in the folder that this program was built in.
std::string in_build(const std::string& path);

}  // namespace tests
