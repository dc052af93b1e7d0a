// Bodies of several parts, as Pebble takes and gives files.
#include "charm/live/multipart.h"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "tests/wire/any_text.h"

namespace charm::live {
namespace {

using testing::Eq;
using testing::Optional;
using testing::SizeIs;

const std::string boundary(32, 'b');

// As Go's mime/multipart writes it.
const std::string of_pebble =
    "--" + boundary +
    "\r\nContent-Disposition: form-data; name=\"files\"; filename=\"/a \\\"b\\\"\"\r\n"
    "Content-Type: application/octet-stream\r\n\r\none\r\ntwo\r\n--" +
    boundary +
    "\r\nContent-Disposition: form-data; name=\"response\"\r\n"
    "Content-Type: application/json\r\n\r\n{}\r\n--" +
    boundary + "--\r\n";

rc::Gen<Part> any_part() {
  const auto name = rc::gen::container<std::string>(rc::gen::elementOf(std::string("a/. ;=-")));
  return rc::gen::build<Part>(rc::gen::set(&Part::name, name), rc::gen::set(&Part::filename, name),
                              rc::gen::set(&Part::body, rc::gen::arbitrary<std::string>()));
}

TEST(Multipart, ReadsWhatGoWrites) {
  const auto parts = read_multipart(of_pebble, boundary);
  ASSERT_THAT(parts, Optional(SizeIs(2)));
  EXPECT_EQ(parts->front(), (Part{"files", "/a \"b\"", "application/octet-stream", "one\r\ntwo"}));
  EXPECT_EQ(parts->back(), (Part{"response", "", "application/json", "{}"}));
}

TEST(Multipart, IsCutOffWithoutItsLastBoundary) {
  for (std::size_t length = 0; length + 4 < of_pebble.size(); ++length) {
    EXPECT_FALSE(read_multipart(of_pebble.substr(0, length), boundary)) << length;
  }
}

TEST(Multipart, OfAnotherBoundaryIsNone) {
  EXPECT_FALSE(read_multipart(of_pebble, std::string(32, 'c')));
}

TEST(Multipart, HasAtMost64Parts) {
  const auto with = [](std::size_t count) {
    return read_multipart(write_multipart(std::vector<Part>(count), boundary), boundary);
  };
  EXPECT_THAT(with(64), Optional(SizeIs(64)));
  EXPECT_FALSE(with(65));
}

TEST(Multipart, BoundaryIsReadWithAndWithoutQuotes) {
  EXPECT_THAT(boundary_of("multipart/form-data; boundary=abc"), Optional(Eq("abc")));
  EXPECT_THAT(boundary_of("Multipart/Form-Data; charset=x; Boundary=\"a;b\""), Optional(Eq("a;b")));
  EXPECT_FALSE(boundary_of("application/json; boundary=abc"));
  EXPECT_FALSE(boundary_of("multipart/form-data"));
  EXPECT_FALSE(boundary_of("multipart/form-data; boundary=\"abc"));
  EXPECT_FALSE(boundary_of("multipart/form-data; boundary=" + std::string(71, 'x')));
}

TEST(Multipart, BoundaryStandsInNoPart) {
  const std::string first = boundary_for({});
  EXPECT_GE(first.size(), 32U);  // Pebble refuses a shorter one
  const std::vector<Part> parts{{.name = "files", .body = "x" + first + "y"}};
  const std::string other = boundary_for(parts);
  EXPECT_NE(other, first);
  EXPECT_THAT(read_multipart(write_multipart(parts, other), other), Optional(parts));
}

RC_GTEST_PROP(Multipart, IsReadAsItWasWritten, ()) {
  const auto parts = *rc::gen::container<std::vector<Part>>(any_part());
  RC_PRE(parts.size() <= 64);
  const std::string chosen = boundary_for(parts);
  RC_ASSERT(read_multipart(write_multipart(parts, chosen), chosen) == std::optional(parts));
}

// Whatever comes is read or refused, and what is read holds no more than what came.
RC_GTEST_PROP(Multipart, OfAnyBytesIsReadOrRefused, ()) {
  const auto body = *wire::given::near({of_pebble, "--" + boundary + "--"});
  std::size_t bytes = 0;
  if (const auto parts = read_multipart(body, boundary)) {
    for (const Part& part : *parts) bytes += part.name.size() + part.body.size();
  }
  RC_ASSERT(bytes <= body.size());
}

RC_GTEST_PROP(Multipart, TypeOfAnyBytesNamesABoundaryOfItsOwnOrNone, ()) {
  const auto type = *wire::given::near({"multipart/form-data; boundary=\"a\\\"b\"; x=y"});
  const auto found = boundary_of(type);
  RC_ASSERT(!found || (!found->empty() && found->size() <= 70));
}

}  // namespace
}  // namespace charm::live
