// Events in words, for the story and for the page.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/trace/trace.h"

namespace sim {

// `promoted, timeline 2`; the unit it is about stands beside it, not in it.
std::string fact_text(const charm::AppName& app, const model::Fact& fact);
// What a member does: `promoting`. `job` is a model::Job.
std::string_view job_text(std::uint32_t job);
// Where the way turned off, and where it ended: `is_leader=no -> rtn2`.
std::string short_path(const charm::Path& path);
// ` (postgresql-k8s/1)`, or nothing: whom the event is about.
std::string about(const charm::AppName& app, const charm::Event& event);
// ` at update-status`: the hook in which a handler runs, unless it is called after it.
std::string other_event(const charm::CharmDefinition& charm, const TraceEvent& event);

}  // namespace sim
