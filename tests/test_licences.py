"""The licences are in order, and the checker would notice if they were not."""

from email.message import Message
from typing import Any, cast

import pytest

from tests import check_licences
from tests.check_licences import is_allowed, problems, said_by


def test_the_licences_are_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        check_licences.main()
    assert (ended.value.code, capsys.readouterr().out) == (0, "licences: all allowed\n")


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("MIT", True),
        ("Apache-2.0 AND MIT", True),
        ("GPL-3.0-only OR MIT", True),
        ("(Apache-2.0 OR GPL-3.0-only) AND BSD-3-Clause", True),
        ("MIT AND GPL-3.0-only", False),
        ("AGPL-3.0-or-later", False),
        ("LicenseRef-Proprietary", False),
        ("MIT License, sort of", False),
        ("", False),
    ],
)
def test_an_expression_is_allowed_as_a_whole(expression: str, allowed: bool) -> None:
    assert is_allowed(expression) == allowed


OSI = "License :: OSI Approved :: "


@pytest.mark.parametrize(
    ("fields", "licence"),
    [
        ([("License-Expression", "MIT OR Apache-2.0"), ("License", "GPL")], "MIT OR Apache-2.0"),
        ([("License", "APL 2")], "Apache-2.0"),
        ([("License", "Copyright 2021 …"), ("Classifier", f"{OSI}BSD License")], "BSD-3-Clause"),
        (
            [("Classifier", f"{OSI}MIT License"), ("Classifier", f"{OSI}Some New License")],
            "MIT AND Some-New-License",
        ),
        ([("License", "Free for all"), ("Classifier", "Programming Language :: Python")], ""),
        ([], ""),
    ],
)
def test_what_a_package_says(fields: list[tuple[str, str]], licence: str) -> None:
    about = Message()
    for name, value in fields:
        about[name] = value
    assert said_by(cast("Any", about)) == licence


def test_an_unknown_package_is_a_problem_unless_it_is_for_other_machines() -> None:
    requirements = """\
aiohttp==3.14.5 \\
    --hash=sha256:0
no-such-package==1.0
another-one==2.0 ; sys_platform == 'win32' \\
    --hash=sha256:1
"""
    assert list(problems(requirements)) == [
        "no-such-package: not installed, so its licence is not known"
    ]
