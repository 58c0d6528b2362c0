"""Which commit of the code built a database."""

import re
import subprocess

from etl.commit import commit


def _git(folder, *words):
    author = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
    subprocess.run(["git", "-C", str(folder), *author, *words], check=True, capture_output=True)


def test_a_commit_is_named_and_a_change_since_is_told(tmp_path):
    _git(tmp_path, "init")
    (tmp_path / "code.py").write_text("one = 1\n")
    _git(tmp_path, "add", "code.py")
    _git(tmp_path, "commit", "-m", "Say one")
    clean = commit(tmp_path)
    assert re.fullmatch(r"[0-9a-f]{12}", clean)
    (tmp_path / "code.py").write_text("one = 2\n")
    assert commit(tmp_path) == f"{clean}-dirty"


def test_a_folder_without_a_repository_has_no_commit(tmp_path):
    assert commit(tmp_path) == ""


def test_a_broken_repository_has_no_commit(tmp_path):
    (tmp_path / ".git").write_text("gitdir: nowhere")
    assert commit(tmp_path) == ""
