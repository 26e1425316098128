"""What @SYMBOLS@ did, recorded from the original: the module beside this folder must do the same.

    pytest equivalence/            or   python -m unittest discover equivalence   or   python equivalence/test_@STEM@.py

Needs nothing but Python. `cases.jsonl` has one case a line: the input as bytes for `driver.py` and as text, and what was seen.
"""
import json
import os
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))


def read(name):
    with open(os.path.join(HERE, name), encoding="utf-8") as handle:
        return handle.read()


def observe(cases, side):
    """Runs the cases in a process of their own, with the hash seed they were recorded under."""
    with tempfile.TemporaryDirectory() as folder:
        side = dict(side, path=[os.path.dirname(HERE)] + kept(), folders=[HERE, os.path.dirname(HERE), folder], seconds=60)
        side["module"] = os.path.join(os.path.dirname(HERE), *side["module"].split("/"))
        side.update(subject=os.path.join(HERE, "subject.py"), driver=os.path.join(HERE, "driver.py"), probes=None)
        paths = [os.path.join(folder, name) for name in ("side.json", "inputs", "observations")]
        with open(paths[0], "w", encoding="utf-8") as handle:
            json.dump(side, handle)
        with open(paths[1], "wb") as handle:
            for case in cases:
                data = bytes.fromhex(case["bytes"])
                handle.write(len(data).to_bytes(4, "little") + data)
        environment = dict(os.environ, PYTHONHASHSEED="0", PYTHONUTF8="1", TMPDIR=folder)
        command = [sys.executable, "-S", "-s", "-B", os.path.join(HERE, "run.py")] + paths
        done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        with open(paths[2], encoding="utf-8") as handle:
            return [json.loads(line) for line in handle], done


def kept():
    """Folders of installed packages: a module may go on using what it was told to keep."""
    return [path for path in sys.path if path.endswith(("site-packages", "dist-packages"))]


class Equivalence(unittest.TestCase):
    def test_recorded_cases(self):
        cases = [json.loads(line) for line in read("cases.jsonl").splitlines()]
        side = json.loads(read("side.json"))
        if sys.version_info[:2] != tuple(side["python"]):
            # Messages of Python itself change from version to version.
            cases = [case for case in cases if case["kind"] == "returned"]
        seen, done = observe(cases, side)
        differences = []
        for case, now in zip(cases, seen):
            if (now["kind"], now["value"]) != (case["kind"], case["value"]):
                differences.append("%s\n  recorded: %s %s\n  now:      %s %s" % (case["input"], case["kind"], case["value"], now["kind"], now["value"]))
        self.assertFalse(differences, "%d of %d cases differ:\n%s" % (len(differences), len(cases), "\n".join(differences[:5])))
        self.assertEqual(len(seen), len(cases), "the process ended early: %s" % done.stdout.decode("utf-8", "replace")[-2000:])


if __name__ == "__main__":
    unittest.main()
