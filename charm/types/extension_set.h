// Which of the extensions that the options speak of (charm/options/extensions.h).
#pragma once

#include <bitset>

namespace charm {

// A bit for each, in the options' order.
using ExtensionSet = std::bitset<64>;

}  // namespace charm
