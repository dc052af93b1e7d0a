// charmsim check-certificate: whether the sampled worlds of a certificate are there.
#include <ostream>

#include "sim/commands/certificate.h"
#include "sim/commands/commands.h"
#include "sim/commands/logic_version.h"
#include "sim/commands/search_text.h"

namespace sim {
namespace {

std::string certified_text(const Certificate& certificate) {
  const std::string covered = certificate.all_orders
                                  ? orders_text(certificate.from_ms, certificate.until_ms)
                                  : "with " + bounds_text(certificate.allowance);
  return "all " + covered + (certificate.is_reduced ? ", reduced by orders" : "") + ": " +
         plural(certificate.worlds, "world");
}

// Of all but the worlds themselves.
std::string rest_of_text(const Certificate& certificate, bool is_same_logic) {
  std::string text = verdict_line("certified", certified_text(certificate));
  if (const auto& open = certificate.left_open) {
    text += verdict_line("left open", "with " + bounds_text(open->begun) + " " +
                                          std::string(was_text(open->end)) + " after " +
                                          plural(open->worlds, "world"));
    text += verdict_line("", "asked for were " + bounds_text(open->asked));
  }
  if (certificate.liveness) {
    text += verdict_line("liveness", "looked for fair rounds of deviations");
  }
  text += verdict_line("file", "as its digests say, which are no signature");
  return text +
         verdict_line("logic", is_same_logic
                                   ? "as it was"
                                   : "another one: of this one the certificate says nothing");
}

std::optional<Certificate> read_certificate_for(const std::string& file, const Console& console) {
  const auto text = read_file(file);
  auto read = text ? read_certificate(*text, file) : std::unexpected(text.error());
  if (read) return *std::move(read);
  console.err << to_text(read.error()) << '\n';
  return std::nullopt;
}

}  // namespace

int check_certificate_command(const CheckCertificateOptions& options, const Console& console) {
  const auto certificate = read_certificate_for(options.file, console);
  if (!certificate) return exit_bad_input;
  const bool is_same_logic = certificate->logic == logic_version();
  FlowMonitor flow(console.charts);
  const CharmUnderTest charm{&console.charm, console.properties, &flow};
  Simulation simulation(
      certificate->scenario.scenario, charm,
      {.interrupted = console.interrupted, .stops_at_each_call = certificate->all_orders});
  std::size_t same = 0;
  std::optional<std::size_t> first_other;
  for (std::size_t at = 0; at < certificate->samples.size(); ++at) {
    if (console.is_interrupted()) {
      console.err << "charmsim check-certificate: interrupted; " << same << " of "
                  << plural(at, "sampled world") << " that were looked for are there\n";
      return exit_interrupted;
    }
    if (key_of(simulation, certificate->samples[at]) == certificate->samples[at].key) {
      ++same;
    } else if (!first_other) {
      first_other = at;
    }
  }
  const std::size_t count = certificate->samples.size();
  console.out << verdict_line("verdict", std::to_string(same) + " of " + std::to_string(count) +
                                             " sampled worlds are there");
  if (first_other) {
    console.out << verdict_line("",
                                "the first that is not: /sample/" + std::to_string(*first_other));
  }
  console.out << rest_of_text(*certificate, is_same_logic);
  if (same < count || !is_same_logic) return exit_broken;
  return certificate->left_open ? exit_bounded : exit_held;
}

}  // namespace sim
