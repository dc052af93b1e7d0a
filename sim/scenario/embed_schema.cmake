# The schema as C++ source: cmake -DOUTPUT=FILE -DSCHEMA=FILE -P embed_schema.cmake
file(READ ${SCHEMA} text)
file(WRITE ${OUTPUT}
"// Generated from scenarios/scenario.schema.json.
#include \"sim/scenario/schema.h\"

namespace sim {

std::string_view scenario_schema() { return R\"json(${text})json\"; }

}  // namespace sim
")
