#!/usr/bin/env python3
"""./run bench: its statistics, its arguments, what it writes, and when it says that something is slower."""

import contextlib
import io
import json
import math
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

ROOT = pathlib.Path(__file__).resolve().parents[2]
SUITE = ROOT / "bench/suite"
sys.dont_write_bytecode = True
sys.path.insert(0, str(SUITE))
import compare  # noqa: E402
import page  # noqa: E402
import questions  # noqa: E402
import samples  # noqa: E402
import scale  # noqa: E402
from tree import Tree, Unavailable  # noqa: E402


def suite(*words):
    return subprocess.run([sys.executable, SUITE, *map(str, words)], text=True, capture_output=True)


class Bands(unittest.TestCase):
    def test_hold_the_median_with_95_percent_and_are_no_wider_than_that_takes(self):
        for count in range(6, 60):
            _, low, high = samples.median_band(list(range(count)))
            self.assertEqual(low + high, count - 1)  # as many are left out on either side
            outside = sum(math.comb(count, k) for k in range(low + 1)) / 2**count
            self.assertLessEqual(outside, 0.025)
            self.assertGreater(outside + math.comb(count, low + 1) / 2**count, 0.025)

    def test_of_few_samples_are_none(self):
        self.assertEqual(samples.median_band([3, 1, 2, 5, 4]), (3, None, None))
        self.assertEqual(samples.told([7], "ns")["median"], 7)


class Exponents(unittest.TestCase):
    def test_of_powers_are_exact(self):
        for power in (0.0, 0.5, 1.0, 2.0):
            law = samples.exponent([(x, 3 * x**power) for x in (1, 3, 5, 9, 25, 100)])
            self.assertAlmostEqual(law["exponent"], power)
            self.assertAlmostEqual(law["plus_minus"], 0)
            self.assertAlmostEqual(law["factor"], 3)

    def test_of_noise_are_within_what_they_say_in_95_of_100(self):
        chance = random.Random(1)
        within = 0
        for _ in range(1000):
            law = samples.exponent([(x, x**1.5 * math.exp(chance.gauss(0, 0.1))) for x in (1, 3, 5, 9, 25, 100)])
            within += abs(law["exponent"] - 1.5) <= law["plus_minus"]
        self.assertTrue(930 <= within <= 970, within)

    def test_of_two_points_say_no_more_than_they_can(self):
        self.assertIsNone(samples.exponent([(1, 1), (2, 2)])["plus_minus"])


class Arguments(unittest.TestCase):
    def refused(self, *words):
        done = suite(*words)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        return done.stderr

    def test_names_are_listed(self):
        done = suite("--list")
        self.assertEqual(done.returncode, 0)
        names = [line.split()[0] for line in done.stdout.splitlines()]
        self.assertEqual(names, [one.name for one in questions.ALL])
        self.assertIn("instructions", names)

    def test_what_is_none_is_refused(self):
        self.assertIn("no benchmark is called nonsense", self.refused("--only", "nonsense"))
        self.assertIn("there is no commit nonsense", self.refused("--compare", "nonsense", "HEAD"))
        self.assertIn("there is no commit nonsense", self.refused("--compare", "HEAD", "nonsense"))
        self.assertIn("expected 2 arguments", self.refused("--compare", "HEAD"))
        self.assertIn("--pairs is for --compare", self.refused("--pairs", "3"))
        self.assertIn("1 to 1000", self.refused("--compare", "HEAD", "HEAD", "--pairs", "0"))
        self.assertIn("no/such", self.refused("--from", "no/such"))
        self.assertIn("none of these can be compared", self.refused("--compare", "HEAD", "HEAD", "--only", "start"))

    def test_a_file_that_is_no_result_is_refused(self):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            deep = "[" * 100_000 + "]" * 100_000
            for text in ("", "[]", '{"schema": "charmsim-bench/2"}', deep):
                file.seek(0)
                file.truncate()
                file.write(text)
                file.flush()
                said = self.refused("--from", file.name)
                self.assertIn(file.name, said)
                self.assertNotIn("Traceback", said)

    def test_a_result_that_no_page_can_be_made_of_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            kept = pathlib.Path(folder, "kept.json")
            shown = pathlib.Path(folder, "kept.html")
            for text in ('{"schema": "charmsim-bench/1"}', '{"schema": "charmsim-bench/1", "results": [1]}'):
                kept.write_text(text, encoding="utf-8")
                said = self.refused("--from", str(kept), "--html", str(shown))
                self.assertEqual(said, f"{kept}: is no result as ./run bench writes it\n")
                self.assertFalse(shown.exists())


class Measuring(unittest.TestCase):
    """One benchmark, from its program to the page."""

    def test_tells_what_with_and_what_of(self):
        with tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder) / "results.json"
            html = pathlib.Path(folder) / "results.html"
            done = suite("--only", "port_call", "--quick", "--out", out, "--html", html)
            self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)
            self.assertIn("[1/1] port_call", done.stderr)
            told = json.loads(out.read_text())
            again = suite("--from", out)
            self.assertEqual(json.loads(again.stdout), told)
            text = html.read_text()
        self.assertEqual(told["schema"], "charmsim-bench/1")
        self.assertGreater(told["machine"]["cores"], 0)
        self.assertGreater(told["machine"]["memory_bytes"], 0)
        self.assertEqual(len(told["load_before"]), 3)
        self.assertIn("g++", told["compiler"])
        self.assertIn("-O2", told["flags"])
        result = told["results"][0]
        self.assertEqual(result["name"], "port_call")
        self.assertEqual(set(result["metrics"]), {"is_leader", "endpoints", "label_pod"})
        one = result["metrics"]["is_leader"]
        self.assertEqual((one["unit"], one["samples"]), ("ns", 3))
        self.assertTrue(0 < one["least"] <= one["median"] <= one["most"])
        self.assertIn("is_leader", text)

    def test_a_file_that_cannot_be_written_is_said(self):
        done = suite("--only", "port_call", "--quick", "--out", "/no/such/folder/x.json")
        self.assertEqual(done.returncode, 2)
        self.assertIn("/no/such/folder/x.json: cannot be written", done.stderr)


class Comparing(unittest.TestCase):
    def compared(self, a, b, times=(1.0, 1.0), pairs=6):
        """Two commits of which these are counted and timed."""
        trees = {"a": Tree("/a"), "b": Tree("/b")}
        counts = {pathlib.Path("/a"): a, pathlib.Path("/b"): b}
        seconds = {pathlib.Path("/a"): times[0], pathlib.Path("/b"): times[1]}
        self.order = []

        def once(tree, _quick):
            self.order.append(tree.root.name)
            return {"cpu_s": seconds[tree.root]}
        wanted = [one for one in questions.ALL if one.name in ("instructions", "fuzz")]
        with contextlib.ExitStack() as patches:
            for target, name, value in ((compare, "commit_named", lambda _root, name: name),
                                        (compare, "checkout", lambda _root, commit, _say: trees[commit]),
                                        (compare.machine, "build_of", lambda _tree: {}),
                                        (compare.questions, "counted_names", lambda _tree: ["hot"]),
                                        (Tree, "build", lambda *_: None),
                                        (Tree, "counted", lambda tree, _name: counts[tree.root])):
                patches.enter_context(mock.patch.object(target, name, value))
            patches.enter_context(mock.patch.dict(compare.TIMES, {"fuzz": ({"charmsim"}, once)}))
            return compare.run(ROOT, ["a", "b"], wanted, False, pairs, lambda _text: None)

    def test_five_percent_more_instructions_are_a_regression(self):
        self.assertEqual(self.compared(1000, 1049)["regressed"], [])
        self.assertEqual(self.compared(1000, 1050)["regressed"], ["hot"])
        self.assertEqual(self.compared(1000, 900)["regressed"], [])
        self.assertIn("REGRESSED", compare.text_of({**self.compared(100, 200), "a": "a", "b": "b"}))

    def test_a_regression_ends_with_1(self):
        import runpy
        for count, code in ((1000, 0), (1050, 1)):
            result = {**self.compared(1000, count), "a": "a", "b": "b"}
            with mock.patch.object(compare, "run", lambda *_, result=result: result), \
                    mock.patch.object(sys, "argv", ["bench", "--compare", "a", "b"]), \
                    contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()), \
                    self.assertRaises(SystemExit) as end:
                runpy.run_path(str(SUITE / "__main__.py"), run_name="__main__")
            self.assertEqual(end.exception.code, code)

    def test_pairs_are_interleaved_and_told_as_ratios(self):
        told = self.compared(1, 1, times=(2.0, 3.0), pairs=7)["times"]["fuzz"]["cpu_s"]
        self.assertEqual("".join(self.order), "abbaabbaabbaab")
        self.assertEqual((told["ratio"], told["low"], told["high"], told["pairs"]), (1.5, 1.5, 1.5, 7))

    def test_of_few_pairs_nothing_is_called_slower(self):
        result = {**self.compared(1, 1, times=(2.0, 3.0), pairs=3), "a": "a", "b": "b"}
        self.assertNotIn("slower", compare.text_of(result))
        result = {**self.compared(1, 1, times=(2.0, 3.0), pairs=6), "a": "a", "b": "b"}
        self.assertIn("slower", compare.text_of(result))

    def test_a_commit_is_one_of_this_repository(self):
        with self.assertRaises(Unavailable):
            compare.commit_named(ROOT, "--help")


class Widths(unittest.TestCase):
    def checked(self, narrow, wide):
        """The check of both, of programs that tell these: what they were asked for."""
        asked = []

        def run(_tree, command):
            asked.append(" ".join(map(str, command)))
            return mock.Mock(output=json.dumps(wide if "wide" in command[0] else narrow))
        with mock.patch.object(Tree, "run", run), mock.patch.object(Tree, "program", lambda _tree, name: name):
            scale.check_widths(Tree("/a"), True)
        return asked

    def test_have_to_tell_the_same_traces(self):
        asked = self.checked({"room": 16, "traces": [1, 2]}, {"room": 128, "traces": [1, 2]})
        self.assertEqual(len(asked), 2 * len(scale.STORIES))
        for narrow, wide in (({"room": 16, "traces": [1, 2]}, {"room": 128, "traces": [1, 3]}),
                             ({"room": 16, "traces": [1, 2]}, {"room": 16, "traces": [1, 2]})):
            with self.assertRaisesRegex(SystemExit, "other traces in a wide world"):
                self.checked(narrow, wide)

    def test_tell_the_same_traces_as_they_are_built(self):
        scale.check_widths(Tree(ROOT), True)

    def test_have_room_for_25_units(self):
        tree = Tree(ROOT)
        told = json.loads(tree.run([tree.program(scale.WIDE), "--units", 25, "--minutes", 0, "--runs", 1]).output)
        self.assertEqual(told["units"], 25)
        self.assertGreater(told["events"], 100_000)  # each unit's hook tells every other one

    def test_are_compared_in_stories_that_there_are(self):
        for story in scale.STORIES:
            self.assertTrue((ROOT / story).is_file(), story)


class Page(unittest.TestCase):
    def test_stands_alone_and_takes_texts_as_texts(self):
        law = {"name": "a <run>", "x": "units", "y": "cpu_s", "points": [(1, 0.001), (3, 0.02), (9, 0.7)],
               "exponent": 2.9827, "plus_minus": 0.5149, "factor": 0.0009, "late_exponent": 3.2,
               "late_plus_minus": None}
        growth = {"name": "scale", "what": "", **{key: {"points": [], "laws": [law]} for key in page.NAMES}}
        text = page.of({"machine": {"cpu": "A&B", "cores": 2, "usable_cores": 1, "memory_bytes": 1e9, "system": "s"},
                        "commit": None, "dirty": None, "compiler": "c", "flags": "-O2", "quick": True,
                        "load_before": [0, 0, 0], "load_after": [1, 1, 1],
                        "results": [growth, {"name": "x", "what": "y", "skipped": "<none>"}]})
        self.assertNotRegex(text, r"https?://|<script|src=")
        self.assertIn("A&amp;B", text)
        self.assertIn("a &lt;run&gt;", text)
        self.assertIn("&lt;none&gt;", text)
        self.assertEqual(text.count("<svg"), 3)
        self.assertEqual(text.count('class="dot"'), 9)
        self.assertIn("the power 2.98 ± 0.51; over its larger half 3.20<", text)

    def test_numbers_have_three_digits_that_matter(self):
        for value, right in ((0, "0"), (1.456e6, "1.46 M"), (26762303, "26.8 M"), (0.0031234, "0.00312"),
                             (366.4, "366"), (12345, "12.3 k"), (999.6, "1000"), (2.5e9, "2.5 G"), (None, "?")):
            self.assertEqual(page.number(value), right)


if __name__ == "__main__":
    unittest.main()
