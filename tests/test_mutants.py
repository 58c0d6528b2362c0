"""What may be asked of mutation testing."""

import pytest

from tests.mutants import main


def test_a_sample_of_survivors_is_refused(capsys):
    with pytest.raises(SystemExit):
        main(["--sample", "5", "--survivors", "no/such/module.py"])
    assert "not allowed with" in capsys.readouterr().err
