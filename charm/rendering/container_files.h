// What the charm asks of files that stand in the container. Whatever they hold: an upstream charm,
// an operator or an image has written them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace charm {

// Whether this patroni.yml makes Patroni serve its REST API with TLS; what is none does not.
bool serves_tls(std::string_view patroni_yml);

// Whether PostgreSQL's parameters, those of TLS aside, are others in one patroni.yml than in the
// other: the local ones, or those of the bootstrap section. Of what is none nothing is known.
bool have_other_parameters(std::string_view before, std::string_view after);

// Whether pg_hba.conf has the lines of this patroni.yml's pg_hba, in their order; comments aside,
// of which Patroni writes some of its own. Of a patroni.yml that has no such list nothing is asked.
bool is_written_as_asked(std::string_view patroni_yml, std::string_view pg_hba_conf);

// The version in the image's snap.yaml: `14.13`. Nothing: there is none, or what stands there is no
// version: a number of at most three digits, and more behind a dot.
std::optional<std::string> postgresql_version_of(std::string_view snap_yaml);

// Whether each service and each check of the layer, but for the exporter, stands in the plan as the
// layer has it; others may stand there, too. Nothing: the plan is no YAML map.
std::optional<bool> is_in_plan(std::string_view layer, std::string_view plan);
// Whether the exporter logs in by the plan as it does by the layer (DATA_SOURCE_NAME). By a layer
// that does not start it, it need not be in the plan.
std::optional<bool> is_exporter_in_plan(std::string_view layer, std::string_view plan);

}  // namespace charm
