// charmsim completion: what a shell must know to complete a command.
#include <algorithm>
#include <iterator>
#include <ostream>

#include "sim/commands/commands.h"
#include "sim/failover/kinds.h"

namespace sim {
namespace {

// `@name@` is replaced; the rest is the script.
constexpr std::string_view bash_script =
    R"(# Completion of @program@ for bash, by: source <(@program@ completion bash)
@function@() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} words=''
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    words='@words@'
  elif [[ $before == --executor ]]; then
    words='fiber reexecution'
  elif [[ $before == --strategy ]]; then
    words='@strategies@'
  elif [[ $before == --kind ]]; then
    words='@kinds@'
  elif [[ $before == --reduce ]]; then
    words='orders none'
  elif [[ " --seed --choices --runs --for --workers --deviations --faults \
--leader-changes --departures --questions --shrink-tries --tries \
--quantum-ms --memory-mb --from-ms --until-ms \
--timing --units --synchronous --client-ms --shard --shards \
" == *" $before "* ]]; then
    return
  elif [[ $word == -* ]]; then
    case ${COMP_WORDS[1]} in
@cases@    esac
  elif [[ ${COMP_WORDS[1]} == flow && $before != --coverage ]]; then
    words='@charts@'
    if [[ " ${COMP_WORDS[*]} " == *' --published '* ]]; then words='@published@'; fi
  elif [[ ${COMP_WORDS[1]} == completion ]]; then
    words='bash'
  elif [[ $before == --@(trace|html|junit|sarif|samples) ]]; then
    mapfile -t COMPREPLY < <(compgen -f -- "$word")
  elif [[ $before == --@(corpus|save-to) || ($before == --out && ${COMP_WORDS[1]} == fuzz && \
          " ${COMP_WORDS[*]} " != *' --shard'*) ]]; then
    mapfile -t COMPREPLY < <(compgen -d -- "$word")
  elif [[ " run fuzz explore check-certificate replay shrink diff twice merge " == \
          *" ${COMP_WORDS[1]} "* || $before == --@(coverage|out) ]]; then
    mapfile -t COMPREPLY < <(compgen -f -X '!*.json' -- "$word"; compgen -d -- "$word")
  fi
  if [[ $words ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
  fi
}
complete -o filenames -F @function@ @program@
)";

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text.append(text.empty() ? "" : " ").append(word);
  return text;
}

std::vector<std::string> names_of(const ChartSet::ByName& charts) {
  std::vector<std::string> names;
  for (const auto& [name, unused] : charts) names.push_back(name);
  return names;
}

void replace_all(std::string& text, std::string_view mark, std::string_view by) {
  for (auto at = text.find(mark); at != text.npos; at = text.find(mark, at + by.size())) {
    text.replace(at, mark.size(), by);
  }
}

// A name for a function of the shell.
std::string function_name(const std::string& program) {
  std::string name = '_' + program;
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  std::ranges::replace_if(name, [&](char c) { return !is_plain(c); }, '_');
  return name;
}

}  // namespace

int completion_command(const CompletionOptions& options, const Console& console) {
  std::vector<std::string> words;
  std::string cases;
  for (const CompletionOptions::Command& command : options.commands) {
    words.push_back(command.name);
    cases += "      " + command.name + ") words='" + joined(command.options) + "' ;;\n";
  }
  words.insert(words.end(), options.options.begin(), options.options.end());

  std::string script(bash_script);
  replace_all(script, "@words@", joined(words));
  replace_all(script, "@cases@", cases);
  std::vector<std::string> strategies;
  strategies.reserve(std::size(all_strategies));
  for (const Strategy strategy : all_strategies) strategies.emplace_back(to_text(strategy));
  replace_all(script, "@strategies@", joined(strategies));
  std::vector<std::string> kinds;
  for (const failover::Kind& kind : failover::all_kinds()) kinds.emplace_back(kind.name);
  replace_all(script, "@kinds@", joined(kinds));
  replace_all(script, "@charts@", joined(names_of(console.charts.all_refined())));
  replace_all(script, "@published@", joined(names_of(console.charts.all_published())));
  replace_all(script, "@function@", function_name(options.program));
  replace_all(script, "@program@", options.program);
  console.out << script;
  return exit_held;
}

}  // namespace sim
