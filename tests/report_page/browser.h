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
