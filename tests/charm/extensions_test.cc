// Which extensions follow from the options (config-and-wire.md, section 1.7).
#include "charm/options/extensions.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace charm {
namespace {

Options with_plugins(std::initializer_list<const char*> plugins) {
  std::vector<RawOption> raw;
  for (const char* plugin : plugins) {
    raw.push_back({"plugin_" + std::string(plugin) + "_enable", true});
  }
  return *Options::read(raw);
}

std::vector<std::string_view> enabled(const Options& options) {
  std::vector<std::string_view> names;
  for (const Extension& one : extensions(options)) {
    if (one.enabled) names.push_back(one.name);
  }
  return names;
}

std::size_t place(const std::vector<Extension>& all, std::string_view name) {
  return static_cast<std::size_t>(std::ranges::find(all, name, &Extension::name) - all.begin());
}

std::string missing(std::initializer_list<const char*> plugins) {
  const auto error = unsatisfied_plugin(with_plugins(plugins));
  return error ? to_text(*error) : "nothing";
}

using Names = std::vector<std::string_view>;

TEST(Extensions, OnlyAuditIsThereUnasked) {
  EXPECT_EQ(enabled(Options()), Names{"pgaudit"});
  const std::array off{RawOption{"plugin_audit_enable", false}};
  EXPECT_EQ(enabled(*Options::read(off)), Names{});
}

// 53 plugins; spi is four.
TEST(Extensions, EachPluginHasItsOwn) {
  const auto all = extensions(Options());
  EXPECT_EQ(all.size(), 56U);
  std::set<std::string_view> names;
  for (const Extension& one : all) names.insert(one.name);
  EXPECT_EQ(names.size(), all.size());
  EXPECT_EQ(
      enabled(with_plugins({"uuid_ossp", "spi"})),
      (Names{"pgaudit", "refint", "autoinc", "insert_username", "moddatetime", "\"uuid-ossp\""}));
}

TEST(Extensions, WhatOthersNeedIsCreatedBeforeThem) {
  const auto all = extensions(
      with_plugins({"postgis", "postgis_tiger_geocoder", "fuzzystrmatch", "address_standardizer"}));
  for (const char* needed : {"postgis", "fuzzystrmatch"}) {
    EXPECT_LT(place(all, needed), place(all, "postgis_tiger_geocoder"));
    EXPECT_LT(place(all, needed), place(all, "address_standardizer"));
  }
}

// Upstream drops it first, and PostgreSQL refuses.
TEST(Extensions, WhatOthersNeedIsDroppedAfterThem) {
  const auto all = extensions(Options());
  EXPECT_GT(place(all, "postgis"), place(all, "postgis_raster"));
  EXPECT_GT(place(all, "plperl"), place(all, "jsonb_plperl"));
}

TEST(UnsatisfiedPlugin, IsOneWhoseNeedsAreOff) {
  EXPECT_EQ(missing({}), "nothing");
  EXPECT_EQ(missing({"postgis"}), "nothing");
  EXPECT_EQ(missing({"postgis_raster"}),
            "plugin_postgis_raster_enable: needs plugin_postgis_enable");
  EXPECT_EQ(missing({"postgis", "postgis_raster"}), "nothing");
  EXPECT_EQ(missing({"postgis", "postgis_tiger_geocoder"}),
            "plugin_postgis_tiger_geocoder_enable: needs plugin_fuzzystrmatch_enable");
  EXPECT_EQ(missing({"postgis", "fuzzystrmatch", "postgis_tiger_geocoder"}), "nothing");
  EXPECT_EQ(missing({"jsonb_plperl"}), "plugin_jsonb_plperl_enable: needs plugin_plperl_enable");
  for (const char* plugin :
       {"address_standardizer", "address_standardizer_data_us", "postgis_topology"}) {
    EXPECT_EQ(missing({plugin}),
              "plugin_" + std::string(plugin) + "_enable: needs plugin_postgis_enable");
  }
}

}  // namespace
}  // namespace charm
