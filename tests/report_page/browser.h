// Opens a page in a headless Chromium, as a visitor would see it.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace browser {

struct Window {
  int width = 1280;
  int height = 800;
  bool dark = false;
};

struct Opened {
  std::string dom;      // the document once its scripts have run
  std::string console;  // what scripts and the browser say of the page, a line each; empty: nothing
};

// For scripts: a key is pressed where the focus is.
inline constexpr const char* press = R"(
  const press = (key, more = {}) => document.activeElement.dispatchEvent(
    new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }));
)";
// For scripts: the contrast of two of the page's colours by the names of their properties, and of
// pairs of them those that are too faint for text (WCAG 2: less than 4.5).
inline constexpr const char* contrast = R"(
  const light = (name) => {
    const hex = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    const [r, g, b] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
      .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a, b) => { const [x, y] = [light(a), light(b)].sort((m, n) => m - n); return (y + 0.05) / (x + 0.05); };
  const faint = (pairs) => pairs.filter(([a, b]) => !(contrast(a, b) >= 4.5)).map(([a, b]) => a + ' on ' + b + ': ' + contrast(a, b).toFixed(2));
)";

// Skipped, with a reason, where there is no Chromium (Debian's package `chromium`).
class Browser : public testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  // `page` in a window of its own; then `script` runs, as if it stood at the end of the page.
  Opened open(const std::string& page, const Window& window = {}, const std::string& script = {});
  // What the script hands to `report(text)`.
  std::string ask(const std::string& page, const std::string& script, const Window& window = {});

 private:
  std::string program_;
  std::filesystem::path folder_;
  int opened_ = 0;
};

}  // namespace browser
