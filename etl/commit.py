"""Which commit of the code runs, read from its Git repository: the build starts no other program."""

from pathlib import Path

PROJECT = Path(__file__).parents[1]


def commit(folder: Path = PROJECT) -> str:
    """The commit that `folder` is at, twelve digits; changes that are not committed do not show.

    Empty where it is not known: an installed copy, an archive, a repository that cannot be read.
    """
    try:
        own = _repository(folder)
        head = (own / "HEAD").read_text().strip()
        return (_of(own, head.removeprefix("ref: ")) if head.startswith("ref: ") else head)[:12]
    except OSError:
        return ""


def _repository(folder: Path) -> Path:
    """The folder `.git`, or the one that a file `.git` names (another worktree of one repository)."""
    named = folder / ".git"
    return folder / named.read_text().removeprefix("gitdir: ").strip() if named.is_file() else named


def _of(own: Path, ref: str) -> str:
    """The commit of a branch: in a file of its own, or in the list of packed ones."""
    shared = own / (own / "commondir").read_text().strip() if (own / "commondir").is_file() else own
    if (shared / ref).is_file():
        return (shared / ref).read_text().strip()
    packed = (shared / "packed-refs").read_text().splitlines()
    return next((line.split()[0] for line in packed if line.endswith(f" {ref}")), "")
