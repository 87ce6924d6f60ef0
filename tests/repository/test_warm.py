"""The Python that most runs of the workflow start with does what Python does."""

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow

SCRIPT = """
import json, os, sys
import beside

loaded = [name for name in sys.modules if name.startswith("learning_order")]
given = sys.argv, sys.path[:2], os.getcwd(), os.environ.get("SAID"), sys.stdin.read()
print(json.dumps([*given, __name__, __file__, loaded]))
print("not for the output", file=sys.stderr)
sys.exit(int(sys.argv[1]))
"""


@pytest.fixture
def both(python, tmp_path):
    """Calls Python, then the one that is to do the same, in a folder; what they did."""

    def call(*arguments):
        options = {"capture_output": True, "text": True, "input": "asked", "cwd": tmp_path}
        options["env"] = {**os.environ, "SAID": "…", "PYTHONPATH": str(tmp_path / "path")}
        programs = [sys.executable, python]
        return [subprocess.run([program, *arguments], **options) for program in programs]

    return call


@pytest.mark.parametrize("code", [0, 3])
@pytest.mark.parametrize("as_module", [False, True])
def test_a_call_is_as_one_of_python_itself(both, tmp_path, as_module, code):
    (tmp_path / "script.py").write_text(SCRIPT)
    (tmp_path / "path").mkdir()
    (tmp_path / "path/beside.py").write_text("")
    start = ["-m", "script"] if as_module else [tmp_path / "script.py"]
    expected, found = both(*start, str(code), "a b")
    assert found.stdout == expected.stdout != ""
    assert found.stderr == expected.stderr == "not for the output\n"
    assert found.returncode == expected.returncode == code


@pytest.mark.parametrize("script", ["raise SystemExit('no')", "1 / 0", "import none"])
def test_what_ends_a_script_is_said(both, tmp_path, script):
    (tmp_path / "script.py").write_text(script)
    expected, found = both(tmp_path / "script.py")
    assert found.stderr.splitlines()[-1] == expected.stderr.splitlines()[-1]
    assert found.returncode == expected.returncode == 1
