// What PEM texts are known by.
#include "charm/live/pem_store.h"

#include <gtest/gtest.h>

namespace {

using charm::Pem;
using charm::live::PemStore;

TEST(PemStore, EqualTextsAreOneNumberInEveryStore) {
  PemStore one;
  PemStore other;
  const Pem pem = one.keep("-----BEGIN X-----\nYQ==\n-----END X-----\n");
  EXPECT_FALSE(pem.empty());
  EXPECT_EQ(pem, other.keep("\n-----BEGIN X-----\nYQ==\n-----END X-----  "));
  EXPECT_NE(pem, one.keep("-----BEGIN X-----\nYg==\n-----END X-----\n"));
}

TEST(PemStore, KeepsTheTextWithoutTheBlanksAround) {
  PemStore store;
  EXPECT_EQ(store.text(store.keep("  key\r\n")), "key\n");
  EXPECT_TRUE(store.keep(" \n").empty());
  EXPECT_EQ(store.text(Pem{}), "");
}

}  // namespace
