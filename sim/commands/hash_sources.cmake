# Writes OUTPUT, a source whose function NAME says what the files named in LIST contain: by path from ROOT, and content.
file(STRINGS ${LIST} files)
set(digests "")
foreach(file ${files})
  file(SHA256 ${ROOT}/${file} digest)
  string(APPEND digests "${file} ${digest}\n")
endforeach()
string(SHA256 digest "${digests}")
string(SUBSTRING ${digest} 0 16 digest)
file(WRITE ${OUTPUT} "// Made by sim/commands/hash_sources.cmake.
#include \"sim/commands/logic_version.h\"

namespace sim {

std::string_view ${NAME}() { return \"${digest}\"; }

}  // namespace sim
")
