"""Which commit of the code built a database."""

import subprocess

import pytest

from etl.commit import commit


def _git(folder, *words) -> str:
    author = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
    run = subprocess.run(["git", "-C", str(folder), *author, *words], check=True, capture_output=True, text=True)
    return run.stdout.strip()


@pytest.fixture
def repository(tmp_path):
    folder = tmp_path / "code"
    folder.mkdir()
    _git(folder, "init")
    _git(folder, "commit", "--allow-empty", "-m", "Say one")
    return folder


def test_the_commit_of_a_branch_loose_or_packed_and_of_no_branch(repository):
    expected = _git(repository, "rev-parse", "HEAD")[:12]
    assert commit(repository) == expected
    _git(repository, "pack-refs", "--all")
    assert commit(repository) == expected
    _git(repository, "checkout", "--detach")
    assert commit(repository) == expected


def test_the_commit_of_another_worktree(repository):
    beside = repository.parent / "beside"
    _git(repository, "worktree", "add", str(beside), "-b", "beside")
    _git(beside, "commit", "--allow-empty", "-m", "Say two")
    assert commit(beside) == _git(beside, "rev-parse", "HEAD")[:12] != commit(repository)


def test_a_folder_without_a_repository_has_no_commit(tmp_path):
    assert commit(tmp_path) == ""


def test_a_broken_repository_has_no_commit(tmp_path):
    (tmp_path / ".git").write_text("gitdir: nowhere")
    assert commit(tmp_path) == ""
