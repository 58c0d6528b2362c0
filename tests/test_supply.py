"""What is installed is what was reviewed: hashes of everything, a bill of materials, an audit that does not pretend."""

import importlib.util
import re
import sys

import pytest

from tests.conftest import PROJECT

LOCKS = {
    "requirements.lock": ["requirements.txt"],
    "requirements-scale.lock": ["requirements.txt", "requirements-scale.txt"],
    "requirements-dev.lock": ["requirements.txt", "requirements-scale.txt", "requirements-dev.txt"],
    "requirements-mutants.lock": ["requirements.txt", "requirements-dev.txt", "requirements-mutants.txt"],
    "requirements-site.lock": ["requirements-site.txt"],
}


def pins(name: str) -> dict[str, str]:
    found = re.findall(r"^([\w.-]+)==([\w.+]+)", (PROJECT / name).read_text(), re.MULTILINE)
    return {re.sub(r"[._]", "-", package.lower()): version for package, version in found}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_is_locked_with_its_hashes(lock):
    locked = pins(lock)
    for name in LOCKS[lock]:
        for package, version in pins(name).items():
            assert locked.get(package) == version, f"{package} of {name}: run  make lock"
    text = (PROJECT / lock).read_text()
    blocks = re.split(r"\n(?=[\w.-]+==)", text)
    assert all("--hash=sha256:" in block for block in blocks if "==" in block)
    assert "://" not in text


def audit(*lines: str) -> int:
    place = PROJECT / "deploy" / "audit.py"
    spec = importlib.util.spec_from_file_location("audit", place)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.main([sys.executable, "-c", f"print({lines[0]!r}, end='')" if lines else "raise SystemExit(1)"])


@pytest.mark.parametrize(
    ("answer", "code", "message"),
    [
        ('{"dependencies": [{"name": "a", "version": "1", "vulns": []}]}', 0, "1 packages looked up, 0 with"),
        ('{"dependencies": [{"name": "a", "version": "1", "vulns": [{"id": "CVE-1", "fix_versions": ["2"]}]}]}', 1,
         "a 1: CVE-1 (2)"),
        ('{"dependencies": [{"name": "a", "skip_reason": "not found"}]}', 4, "out of reach"),
        ("", 4, "out of reach"),
    ],
)  # fmt: skip
def test_an_audit_that_could_not_look_says_so(answer, code, message, capsys):
    assert audit(answer) == code
    shown = capsys.readouterr()
    assert message in shown.out + shown.err


def test_an_audit_without_an_answer_says_so(capsys):
    assert audit() == 4
    assert "not audited" in capsys.readouterr().err
