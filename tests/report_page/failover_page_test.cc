// The failovers' page in a real browser: curves are read by keys and pointer, one kind is shown at
// a time, and it can be used by everybody, in any window, on paper and without a script.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "sim/commands/failover_html.h"
#include "tests/report_page/browser.h"
#include "tests/report_page/made_up_failovers.h"

namespace sim {
namespace {

using browser::Opened;
using testing::HasSubstr;
using testing::Not;

// Three settings, all kinds; the second is the shortest, the third loses commits.
const std::string& page() {
  static const std::string text = [] {
    std::vector<failover::Series> all;
    const auto add = [&all](const failover::Setting& setting, const given::Made& made) {
      for (const failover::Kind& kind : failover::all_kinds()) {
        all.push_back(given::series(kind.name, setting, made));
      }
    };
    add({.timing = {30, 10, 10}}, {.from_ms = 30'000});
    add({.timing = {20, 5, 5}}, {.from_ms = 20'000});
    add({.synchronous_commit = "off"}, {.from_ms = 20'000, .lost_each = 9, .open_each = 50});
    const failover::SeriesOptions options{.runs = 1000};
    return to_html_text({.series = all, .options = options});
  }();
  return text;
}

class TheFailoverPage : public browser::Browser {};

const std::string press_at_plot = std::string(browser::press) + R"(
  const plot = document.querySelector('.plot');
  const told = () => document.activeElement.getAttribute('aria-valuetext');
)";

TEST_F(TheFailoverPage, OpensWithoutAWordOnTheConsole) {
  for (const bool dark : {false, true}) {
    const Opened opened = open(page(), {.dark = dark});
    EXPECT_EQ(opened.console, "");
    EXPECT_THAT(opened.dom, HasSubstr("data-ready=\"yes\""));
    const std::string drawn = opened.dom.substr(0, opened.dom.find("<script type="));
    EXPECT_THAT(drawn, Not(HasSubstr("NaN")));
    EXPECT_THAT(drawn, Not(HasSubstr("undefined")));
  }
}

// That the test above can fail.
TEST_F(TheFailoverPage, IsSeenToFailIfAScriptThrows) {
  EXPECT_THAT(open(page(), {}, "nothing.of.this.name();").console, HasSubstr("ReferenceError"));
}

TEST_F(TheFailoverPage, ShowsOneKindAndAnotherAndAll) {
  EXPECT_EQ(ask(page(), R"(
    const shown = () => [...document.querySelectorAll('.kind')].filter((it) => it.offsetParent !== null).map((it) => it.id);
    const current = () => document.querySelector('[aria-current]').textContent;
    const seen = [shown(), current()];
    document.querySelector('#navigation a[href="#switchover"]').click();
    seen.push(shown(), current());
    byId('all').click();
    seen.push(shown().length === data.kinds.length, current());
    document.querySelector('.glance a[href="#api-down"]').click();
    seen.push(shown());
    report(seen);)"),
            R"([["postgresql-killed"],"postgresql-killed",["switchover"],"switchover",true,)"
            R"("all kinds",["api-down"]])");
}

TEST_F(TheFailoverPage, ReadsTheCurvesByKeys) {
  EXPECT_EQ(ask(page(), press_at_plot + R"(
    plot.focus();
    const said = [];
    for (const key of ['Home', 'ArrowRight', 'End', 'ArrowRight', 'ArrowLeft']) { press(key); said.push(told()); }
    press('Home');
    press('PageUp');
    said.push(told().slice(0, 12), plot.querySelector('.cursor').hidden);
    plot.blur();
    said.push(plot.querySelector('.cursor').hidden);
    report(said);)"),
            R"(["by 0.000 s: A 0.00 %, B 0.00 %, C 0.00 %",)"
            R"("by 0.100 s: A 0.00 %, B 0.00 %, C 0.00 %",)"
            R"("by 36.000 s: A 100.00 %, B 100.00 %, C 98.00 %",)"
            R"("by 36.000 s: A 100.00 %, B 100.00 %, C 98.00 %",)"
            R"("by 35.900 s: A 100.00 %, B 100.00 %, C 98.00 %","by 1.800 s: ",false,true])");
}

// At each column of each kind and scale: what the script reads are the samples themselves.
TEST_F(TheFailoverPage, ReadsWhatWasMeasured) {
  const failover::Series series =
      given::series("pod-gone", {.timing = {20, 5, 5}}, {.from_ms = 20'000});
  nlohmann::json outages = nlohmann::json::array();
  for (const failover::Failover& one : series.failovers) outages.push_back(one.outage_us);
  EXPECT_EQ(ask(page(), "const outages = " + outages.dump() + R"(;
    const one = curves.find((curve) => curve.kind.name === 'pod-gone');
    let wrong = 0, read = 0;
    for (const scale of ['linear', 'log']) {
      byId('scale-' + scale).checked = true;
      for (let column = 0; column <= one.columns; ++column) {
        const truly = outages.filter((us) => us <= one.timeAt(column)).length;
        if (one.counts[scale][1][column] !== truly) ++wrong;
        ++read;
      }
    }
    report([wrong, read > 361]);)"),
            "[0,true]");
}

TEST_F(TheFailoverPage, ReadsTheSameTimeOnTheOtherScale) {
  EXPECT_EQ(ask(page(), press_at_plot + R"(
    const shown = () => ['linear', 'log'].map((scale) => getComputedStyle(plot.querySelector('svg.' + scale)).display);
    const seen = [shown()];
    plot.focus();
    const before = plot.getAttribute('aria-valuenow');
    press('l');
    seen.push(shown(), Math.abs(plot.getAttribute('aria-valuenow') / before - 1) < 0.03);
    byId('scale-linear').click();
    seen.push(shown());
    report(seen);)"),
            R"([["block","none"],["none","block"],true,["block","none"]])");
}

TEST_F(TheFailoverPage, ReadsTheCurvesByThePointer) {
  EXPECT_EQ(
      ask(page(), R"(
    const plot = document.querySelector('.plot'), box = plot.getBoundingClientRect();
    const read = plot.closest('figure').querySelector('.read');
    const hint = read.textContent.startsWith('Point at');
    plot.dispatchEvent(new PointerEvent('pointermove', { clientX: box.left + box.width / 2, clientY: box.top + 9 }));
    const at = read.textContent;
    plot.dispatchEvent(new PointerEvent('pointerleave'));
    report([hint, at, read.textContent.startsWith('Point at')]);)"),
      R"([true,"18.000 sA 0.00 % [0.00 4.30]B 0.00 % [0.00 4.30]C 0.00 % [0.00 4.30]",true])");
}

// --- for everybody ---

TEST_F(TheFailoverPage, FitsItsWindow) {
  for (const int width : {1280, 390}) {
    EXPECT_EQ(ask(page(), R"(
      byId('all').click();
      document.querySelectorAll('details').forEach((it) => { it.open = true; });
      report([document.documentElement.scrollWidth <= innerWidth, innerWidth]);)",
                  {.width = width, .height = 844}),
              "[true," + std::to_string(width) + "]");
  }
}

TEST_F(TheFailoverPage, HasTextAndCurvesThatStandOutFromTheirGround) {
  for (const bool dark : {false, true}) {
    EXPECT_EQ(ask(page(), std::string(browser::contrast) + R"(
      const pairs = [];
      for (const ink of ['--ink', '--soft', '--accent']) {
        for (const ground of ['--ground', '--panel', '--accent-soft']) pairs.push([ink, ground]);
      }
      pairs.push(['--red', '--panel']);
      for (let at = 0; at < 8; ++at) pairs.push(['--on-badge', '--s' + at], ['--s' + at, '--panel']);
      for (const phase of ['detect', 'elect', 'promote', 'route', 'client']) pairs.push(['--on-phase', '--' + phase]);
      report([matchMedia('(prefers-color-scheme: dark)').matches,
              faint(pairs)]);)",
                  {.dark = dark}),
              dark ? "[true,[]]" : "[false,[]]");
  }
}

// No two settings have the same colour and dashes, up to 64 of them.
TEST_F(TheFailoverPage, TellsSettingsByMoreThanTheirColour) {
  EXPECT_EQ(ask(page(), R"(
    const lines = [...document.querySelectorAll('.kind:not([hidden]) svg.linear .line')].map((it) => getComputedStyle(it));
    report([new Set(lines.map((it) => it.stroke)).size, new Set(lines.map((it) => it.strokeDasharray)).size,
            [...document.querySelectorAll('.kind:not([hidden]) .mark.linear')].map((it) => it.textContent)]);)"),
            R"([3,3,["A","B","C"]])");
}

TEST_F(TheFailoverPage, HasANameForWhateverCanBeOperatedAndShowsTheFocus) {
  EXPECT_EQ(ask(page(), R"(
    document.querySelectorAll('details').forEach((it) => { it.open = true; });
    const all = [...document.querySelectorAll('a, button, input, summary, [tabindex]')];
    const nameless = all.filter((it) => !(it.getAttribute('aria-label') || it.textContent.trim() || it.closest('label')?.textContent.trim()));
    const dark = all.filter((it) => it.offsetParent !== null && !it.matches('.skip')).filter((it) => {
      it.focus({ focusVisible: true });
      const style = getComputedStyle(it);
      return style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2;
    });
    const ids = [...document.querySelectorAll('[aria-labelledby]')].filter((it) => !byId(it.getAttribute('aria-labelledby')));
    const twice = [...document.querySelectorAll('[id]')].map((it) => it.id).filter((id, at, them) => them.indexOf(id) !== at);
    report([nameless.map((it) => it.outerHTML), dark.map((it) => it.outerHTML), ids.length, twice, document.documentElement.lang]);)"),
            R"([[],[],0,[],"en"])");
}

// Its scripts taken out: all kinds, curves and tables are there.
TEST_F(TheFailoverPage, ShowsAllWithoutAScript) {
  std::string still = page();
  const std::size_t from = still.find("\"use strict\";");
  ASSERT_NE(from, still.npos);
  still.erase(from, still.find("</script>", from) - from);
  EXPECT_EQ(ask(still, R"(
    const kinds = [...document.querySelectorAll('.kind')];
    const boxes = (what) => kinds.every((kind) => kind.querySelector(what).getBoundingClientRect().height > 20);
    report([kinds.length > 10, boxes('svg.linear .line'), boxes('table.wide'), boxes('.bar')]);)"),
            "[true,true,true,true]");
}

}  // namespace
}  // namespace sim
