"""`make run` without a browser: a real process, started, stopped and started again."""

import os
import re
import shutil
from pathlib import Path

from tests.bot.development.pseudo_terminal import PseudoTerminal


def development(folder: Path, **more: str) -> dict[str, str]:
    return {
        "VERTTI_MODE": "development",
        "VERTTI_DATABASE_URL": f"sqlite:///{folder / 'new' / 'vertti.db'}",
        "VERTTI_PORT": "0",
        **more,
    }


def test_it_starts_says_what_to_do_and_ends_at_once_on_ctrl_c(tmp_path: Path) -> None:
    for _ in range(2):  # the second time on the same database
        with PseudoTerminal.running("serve", **development(tmp_path)) as terminal:
            welcome = terminal.wait_for("Stop   Ctrl-C")
            terminal.press_control_c()
            assert terminal.end() == 0

        assert "make talk" in welcome
        assert "tilanne" in welcome
        assert "Traceback" not in terminal.shown


def test_without_node_it_says_so_in_one_line_and_runs(tmp_path: Path) -> None:
    bare = {"PATH": str(tmp_path)}  # nothing is installed
    arguments = ("serve", "--playground", "0")
    with PseudoTerminal.running(*arguments, **development(tmp_path, **bare)) as terminal:
        welcome = terminal.wait_for("Stop   Ctrl-C")
        terminal.press_control_c()
        assert terminal.end() == 0

    assert re.search(r"No Playground: .*Node\.js 20 or newer is not installed\.\n", welcome)


def test_a_taken_port_is_said_in_one_line(tmp_path: Path) -> None:
    with PseudoTerminal.running("serve", **development(tmp_path)) as first:
        port = re.findall(r"127\.0\.0\.1:(\d+)", first.wait_for("with a sample forum"))[0]
        shutil.copytree(tmp_path / "new", tmp_path / "other" / "new")
        second = development(tmp_path / "other", VERTTI_PORT=port)
        with PseudoTerminal.running("serve", **second) as terminal:
            assert terminal.end() == 1

    assert terminal.shown.count("\n") == 1
    assert f"Port {port} is taken" in terminal.shown


def test_nobody_of_that_name_types(tmp_path: Path) -> None:
    with PseudoTerminal.running("serve", "--as", "p99", **development(tmp_path)) as terminal:
        assert terminal.end() == 1
    assert "no p99" in terminal.shown


def test_production_has_no_playground(tmp_path: Path) -> None:
    production = {name: "" for name in os.environ if name.startswith(("VERTTI", "Microsoft"))}
    with PseudoTerminal.running("serve", "--playground", **production) as terminal:
        assert terminal.end() == 1
    assert "Vertti cannot start" in terminal.shown
