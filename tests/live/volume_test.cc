// How full a file system is, against what df says of it.
#include "charm/live/volume.h"

#include <gmock/gmock.h>

#include <sstream>

#include "charm/live/process.h"

namespace charm::live {
namespace {

TEST(Volume, IsAsFullAsDfSays) {
  const Ended df = run({.arguments = {"df", "--block-size=1", "--output=avail,size", "/tmp"}});
  ASSERT_TRUE(df.well()) << df.errors;
  std::istringstream lines(df.output);
  std::string head;
  std::getline(lines, head);
  double available = 0;
  double size = 0;
  ASSERT_TRUE(lines >> available >> size) << df.output;
  std::error_code error;
  const auto percent = free_percent_of("/tmp", error);
  ASSERT_TRUE(percent) << error.message();
  EXPECT_NEAR(*percent, 100 * available / size, 2) << "others write meanwhile";
}

TEST(Volume, ThatIsNotThereSaysSo) {
  std::error_code error;
  EXPECT_EQ(free_percent_of("/tmp/no/such/directory", error), std::nullopt);
  EXPECT_EQ(error, std::errc::no_such_file_or_directory);
}

TEST(Volume, ThatKeepsNothingIsNotFull) {
  std::error_code error;
  EXPECT_EQ(free_percent_of("/proc", error), std::nullopt);
  EXPECT_TRUE(error);
}

}  // namespace
}  // namespace charm::live
