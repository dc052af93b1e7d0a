// The page of a run in a real browser: what it shows, and that keys and pointer do what they say.
#include <gmock/gmock.h>

#include <map>
#include <nlohmann/json.hpp>

#include "sim/report/html_page.h"
#include "tests/report_page/browser.h"
#include "tests/support/boxes.h"
#include "tests/support/runs.h"

namespace sim {
namespace {

using browser::Opened;
using browser::Window;
using testing::HasSubstr;
using testing::Not;

// Of a run that is broken the point of no return is a made-up one: known, or only as a bound.
enum class Point : bool { known, or_later };

std::string page_of(const std::string& file, const CharmUnderTest& charm,
                    Point point = Point::known) {
  const Scenario scenario = given::scenario_of(file);
  Simulation simulation(scenario, charm, {});
  const HtmlRecord record(*charm.definition, scenario, simulation);
  const ActingHook acting(*charm.definition, scenario.world.app, simulation);
  ListChoices calm;
  const Verdict verdict = simulation.run(calm);
  const VerdictView view{verdict, charm.properties, scenario, file, "", "./run " + file, {}};
  HtmlView page{.verdict = view, .record = record, .charm = *charm.definition, .run_name = "calm"};
  page.actors = acting.actors();
  if (!verdict.ok()) {
    page.no_return = PointOfNoReturn{{60'000'000}, "1.call.17=3", "a made-up one"};
    page.no_return->or_later = point == Point::or_later;
    page.no_return->tried = "tried by some branches";
  }
  return to_html(page);
}

const std::string& deployment() {
  static const std::string page = page_of("scenarios/deploy-three-units.json", given::postgresql());
  return page;
}
const std::string& failover() {
  static const std::string page =
      page_of("scenarios/primary-pod-deleted.json", given::postgresql());
  return page;
}
// An outsider's write to the lock breaks it.
std::string broken_page(Point point) {
  const given::WithBox box("update-status", given::name_the_own_member);
  return page_of("scenarios/primary-pod-deleted.json", box.charm(), point);
}
const std::string& broken() {
  static const std::string page = broken_page(Point::known);
  return page;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
  return found;
}

class ThePage : public browser::Browser {};

TEST_F(ThePage, DrawsADeploymentWithoutAWordOnTheConsole) {
  for (const bool dark : {false, true}) {
    const Opened opened = open(deployment(), {.dark = dark});
    EXPECT_EQ(opened.console, "");
    EXPECT_THAT(opened.dom, HasSubstr("data-ready=\"yes\""));
    EXPECT_THAT(opened.dom, HasSubstr("<h1 id=\"title\">Three units come up</h1>"));
    EXPECT_THAT(opened.dom, HasSubstr("All held"));
    for (const char* lane : {"Cluster", "postgresql-k8s/0", "postgresql-k8s/2"}) {
      EXPECT_THAT(opened.dom, HasSubstr("class=\"lane-name\">" + std::string(lane) + "<"));
    }
    EXPECT_EQ(count(opened.dom, "class=\"hook\"") - 1, 69U);  // one is the legend's
    EXPECT_GT(count(opened.dom, "class=\"deferral head\""), 10U);
    EXPECT_GT(count(opened.dom, "class=\"stream head\""), 1U);
    for (const char* band : {"leader", "lock", "primary"}) {
      EXPECT_GT(count(opened.dom, "class=\"band " + std::string(band) + "\""), 1U) << band;
    }
    const std::string drawn = opened.dom.substr(
        opened.dom.find("<body>"), opened.dom.find("<script type=") - opened.dom.find("<body>"));
    EXPECT_THAT(drawn, Not(HasSubstr("NaN")));
    EXPECT_THAT(drawn, Not(HasSubstr("undefined")));
  }
}

// That the test above can fail.
TEST_F(ThePage, IsSeenToFailIfAScriptThrows) {
  EXPECT_THAT(open(deployment(), {}, "nothing.of.this.name();").console,
              HasSubstr("ReferenceError"));
}

TEST_F(ThePage, ShowsWhatBrokeAndThePointOfNoReturn) {
  const Opened opened = open(broken());
  EXPECT_EQ(opened.console, "");
  EXPECT_THAT(opened.dom, HasSubstr("class=\"verdict failed\""));
  EXPECT_THAT(opened.dom, HasSubstr("class=\"line violated\""));
  EXPECT_THAT(opened.dom, HasSubstr("class=\"line no-return\""));
  EXPECT_THAT(opened.dom, HasSubstr("a made-up one"));
  EXPECT_THAT(opened.dom, HasSubstr("The hook that acted: update-status in update-status on "
                                    "postgresql-k8s/1, its last call "
                                    "kubernetes.patch_leader_annotation"));
  const std::string chosen = ask(broken(),
                                 "report([chosen.event === violations[0], "
                                 "byId('broken').hidden, run.verdict.held]);");
  EXPECT_EQ(chosen, "[true,false,false]");
}

// The search has ended before: what it has found is a bound.
TEST_F(ThePage, SaysWhetherALaterPointOfNoReturnMayBeAsGood) {
  const std::string told = R"(
    const card = document.querySelector('.violation:has(.fairness):last-of-type');
    report([card.querySelector('strong').textContent, card.querySelector('.fairness').textContent,
            document.querySelector('text.no-return').textContent]);)";
  EXPECT_EQ(ask(broken(), told), R"(["Point of no return","tried by some branches","no return"])");
  EXPECT_EQ(ask(broken_page(Point::or_later), told),
            R"(["Point of no return, or later","tried by some branches","no return, or later"])");
}

TEST_F(ThePage, ShowsAtEachEventTheStateThatItsChangesLeadTo) {
  const std::string wrong = ask(failover(), R"(
    const state = blankState();
    let wrong = 0, changes = 0;
    run.events.forEach((_, at) => {
      for (const [event, whose, field, text] of run.changes) {
        if (event !== at) continue;
        ++changes;
        (whose < 0 ? state.cluster : state.units[whose])[field] = run.texts[text];
      }
      if (JSON.stringify(state) !== JSON.stringify(stateAfter(at))) ++wrong;
    });
    goTo(run.events.length - 1, true);
    const shown = [...document.querySelectorAll('#state tbody tr')]
      .filter((row) => row.firstChild.textContent === 'Database')
      .map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent));
    report([wrong, changes > 100, shown[0]]);)");
  EXPECT_EQ(wrong, R"([0,true,["standby","primary","standby"]])");
}

TEST_F(ThePage, ShowsTheDifferenceToTheStepBefore) {
  const std::string shown = ask(failover(), R"(
    goTo(run.events.findIndex((event) => event.fact === 'promoted' && event.unit === 1), true);
    report([byId('step-body').querySelector('.what').textContent,
            [...document.querySelectorAll('.diff tbody tr')].map((row) =>
              [...row.children].map((cell) => cell.textContent.trim()).join(' | '))
              .filter((line) => line.includes('Database'))]);)");
  EXPECT_EQ(shown, R"(["promoted, timeline 2",["/1 Database | standby | primary"]])");
}

// --- keys ---

const std::string press = std::string(browser::press) + R"(
  const width = () => sight.to - sight.from;
)";

TEST_F(ThePage, GoesFromEventToEventByKeys) {
  const std::string went = ask(deployment(), press + R"(
    const went = [chosen.event];
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowLeft', 'End', 'ArrowRight', 'Home']) {
      press(key);
      went.push(chosen.event);
    }
    press('ArrowRight', { shiftKey: true });
    went.push(run.events[chosen.event].unit === run.events[0].unit);
    press('h');
    went.push(run.events[chosen.event].kind);
    report([went, run.events.length]);)");
  const auto json = nlohmann::json::parse(went);
  const int last = json[1].get<int>() - 1;
  EXPECT_EQ(json[0].dump(), "[0,1,2,1," + std::to_string(last) + "," + std::to_string(last) +
                                ",0,true,\"hook-started\"]");
}

TEST_F(ThePage, ZoomsByKeysAndShowsAllAgain) {
  const std::string zoomed = ask(deployment(), press + R"(
    const all = width();
    press('+');
    const nearer = width() < all;
    press('+');
    press('-');
    const same = Math.abs(width() / all - 0.6) < 0.01;
    press('0');
    const back = Math.abs(width() - all) < 1e-9;
    press('t');
    report([nearer, same, back, sight.name, byId('scale').getAttribute('aria-pressed')]);)");
  EXPECT_EQ(zoomed, R"([true,true,true,"true","true"])");
}

TEST_F(ThePage, SearchesByKeysAndGoesFromMatchToMatch) {
  const std::string found = ask(failover(), press + R"(
    press('/');
    const focused = document.activeElement.id;
    document.activeElement.value = 'postgresql-k8s/1 promoted, timeline';
    document.activeElement.dispatchEvent(new Event('input', { bubbles: true }));
    const count = byId('count').textContent;
    press('Enter');
    const match = run.events[chosen.event].text;
    press('Escape');
    const shown = [...document.querySelectorAll('#events li')].filter((row) => !row.hidden).length;
    report([focused, count, match, shown === run.events.length]);)");
  EXPECT_THAT(found, HasSubstr(R"(["query","1 of )"));
  EXPECT_THAT(found, HasSubstr(R"("promoted, timeline 2",true])"));
}

TEST_F(ThePage, ExplainsItsKeys) {
  EXPECT_EQ(ask(deployment(), press + R"(
    press('?');
    report([byId('help').open, document.querySelectorAll('#keys dt').length === keys.length]);)"),
            "[true,true]");
}

// --- the pointer ---

constexpr const char* point = R"(
  const box = stage.getBoundingClientRect();
  const point = (type, x, y, more = {}) => stage.dispatchEvent(new PointerEvent(type,
    { clientX: box.left + x, clientY: box.top + y, pointerId: 1, bubbles: true, cancelable: true, ...more }));
  stage.setPointerCapture = () => {};
)";

TEST_F(ThePage, ZoomsAboutThePointerByTheWheel) {
  EXPECT_EQ(ask(deployment(), std::string(point) + R"(
    const before = geometry().placeAt(500), wide = sight.to - sight.from;
    stage.dispatchEvent(new WheelEvent('wheel', { deltaY: -200, clientX: box.left + 500, clientY: box.top + 90, cancelable: true }));
    report([sight.to - sight.from < wide, Math.abs(geometry().placeAt(500) - before) < 1e-6]);)"),
            "[true,true]");
}

TEST_F(ThePage, IsDraggedAndNotClickedByADrag) {
  EXPECT_EQ(ask(deployment(), std::string(point) + R"(
    zoom(0.3); render();
    const place = geometry().placeAt(500), event = chosen.event;
    point('pointerdown', 500, 90, { button: 0 });
    point('pointermove', 450, 90);
    point('pointermove', 400, 90);
    point('pointerup', 400, 90);
    report([Math.abs(geometry().placeAt(400) - place) < 1e-6, chosen.event === event]);)"),
            "[true,true]");
}

TEST_F(ThePage, TellsWhatIsUnderThePointerAndChoosesItByAClick) {
  EXPECT_EQ(ask(failover(), std::string(point) + R"(
    goTo(run.events.findIndex((event) => event.fact === 'promoted' && event.unit === 1), true);
    for (let times = 0; times < 8; ++times) zoomAtCursor(0.5);
    render();
    goTo(0, false);
    const mark = targets.find((target) => !target.weak && run.events[target.event].fact === 'promoted' && run.events[target.event].unit === 1);
    const x = (mark.x0 + mark.x1) / 2, y = (mark.y0 + mark.y1) / 2;
    point('pointermove', x, y);
    const told = byId('tip').textContent;
    point('pointerdown', x, y, { button: 0 });
    point('pointerup', x, y);
    report([told.includes('postgresql-k8s/1: '), byId('tip').hidden, run.events[chosen.event].unit]);)"),
            "[true,false,1]");
}

// --- for everybody ---

TEST_F(ThePage, FitsItsWindow) {
  for (const std::string* page : {&deployment(), &broken()}) {
    for (const int width : {1280, 390}) {
      const std::string fits = ask(*page, R"(
        goTo(Math.floor(run.events.length / 2), true);
        report([document.documentElement.scrollWidth <= innerWidth, innerWidth]);)",
                                   {.width = width, .height = 844});
      EXPECT_EQ(fits, "[true," + std::to_string(width) + "]");
    }
  }
}

TEST_F(ThePage, HasTextThatStandsOutFromItsGround) {
  for (const bool dark : {false, true}) {
    const std::string faint = ask(deployment(), std::string(browser::contrast) + R"(
      const pairs = [];
      for (const ink of ['--ink', '--soft', '--accent', '--red', '--primary']) {
        for (const ground of ['--ground', '--panel', '--sunk']) pairs.push([ink, ground]);
      }
      pairs.push(['--red', '--red-soft'], ['--soft', '--red-soft'], ['--ink', '--red-soft'],
                 ['--primary', '--green-soft'], ['--ink', '--accent-soft'], ['--soft', '--accent-soft'], ['--ink', '--hook']);
      report([matchMedia('(prefers-color-scheme: dark)').matches,
              faint(pairs)]);)",
                                  {.dark = dark});
    EXPECT_EQ(faint, dark ? "[true,[]]" : "[false,[]]");
  }
}

TEST_F(ThePage, HasANameForWhateverCanBeOperated) {
  EXPECT_EQ(ask(broken(), R"(
    const nameless = [...document.querySelectorAll('button, input, [tabindex], [role]')].filter((it) =>
      !(it.getAttribute('aria-label') || it.getAttribute('aria-labelledby') || it.textContent.trim() ||
        (it.id && document.querySelector('label[for=' + it.id + ']')) || it.getAttribute('role') === 'status'));
    const ids = [...document.querySelectorAll('[aria-labelledby], [aria-describedby]')].flatMap((it) =>
      [it.getAttribute('aria-labelledby'), it.getAttribute('aria-describedby')].filter(Boolean));
    report([nameless.map((it) => it.outerHTML), ids.filter((id) => !byId(id)), document.documentElement.lang,
            byId('live').textContent.includes(run.verdict.violations[0].property)]);)"),
            R"([[],[],"en",true])");
}

TEST_F(ThePage, ShowsWhereTheFocusIs) {
  EXPECT_EQ(ask(deployment(), R"(
    const without = [];
    for (const it of document.querySelectorAll('button, input, [tabindex]')) {
      if (it.closest('dialog') || it.offsetParent === null) continue;
      it.focus({ focusVisible: true });
      const style = getComputedStyle(it);
      if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2) without.push(it.outerHTML);
    }
    report(without);)"),
            "[]");
}

}  // namespace
}  // namespace sim
