#include "charm/flow/path.h"

namespace charm {

std::string to_text(const Path& path) {
  std::string text;
  for (const Path::Step& step : path.steps()) {
    if (!text.empty()) text += " -> ";
    text += step.node;
    if (!step.arrow.empty()) text.append(" [").append(step.arrow).append("]");
  }
  return text;
}

}  // namespace charm
