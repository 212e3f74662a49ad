"""The report: one table, the reasons for its gaps, and the same as JSON."""

import json
import os
import platform
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import psutil
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from tests.benchmarks.processes import LOAD_CPUS, PINNED, SERVER_CPUS
from tests.benchmarks.servers import LABELS

Found = dict[str, Any]
BUSY = 0.9  # of a CPU; above it the load may be what limits the server


def machine() -> Found:
    return {
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "processor": processor(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "python": platform.python_version(),
        "system": platform.system(),
        "load_before": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        "pinned": PINNED,
        "server_cpus": sorted(SERVER_CPUS),
        "load_cpus": sorted(LOAD_CPUS),
    }


def processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    named = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


def ratios(answers: Found) -> Found:
    """How many times a peer's turns Vertti makes, and a peer's CPU it needs; round by round."""
    found: Found = {}
    for ours in (name for name in answers if name.startswith("vertti")):
        for theirs in (name for name in answers if not name.startswith("vertti")):
            pairs = list(zip(answers[ours]["rounds"], answers[theirs]["rounds"], strict=True))
            found[f"{ours} : {theirs}"] = {
                "turns_per_second": median(
                    a["turns_per_second"] / b["turns_per_second"] for a, b in pairs
                ),
                "cpu_ms": median(a["cpu_ms"] / b["cpu_ms"] for a, b in pairs),
            }
    return found


def write(found: Found, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n")


def show(found: Found, console: Console) -> None:
    about = found["machine"]
    pinned = (
        f"server on CPU {about['server_cpus']}, load on {about['load_cpus']}"
        if about["pinned"]
        else "not pinned"
    )
    console.print(
        f"{about['cores']} x {about['processor']}, {about['memory_gb']} GB, "
        f"{about['system']}, Python {about['python']}; {pinned}; "
        f"load before {about['load_before']}",
        markup=False,
        highlight=False,
    )
    console.print(table(found))
    for line in notes(found):
        console.print(line, markup=False, highlight=False)


def table(found: Found) -> Table:
    rate = found["settings"]["rate"]
    drawn = Table(
        box=SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, 1, 0, 0),
        title="One process each, the token checked in every turn",
        caption=(
            "stock: botbuilder-core 4.17.1; Agents: Microsoft 365 Agents SDK 1.9.0. "
            "echo: a message is answered through the connector; "
            "card: a button is answered with a fixed card. "
            "Vertti: the same button, the answer committed, the card drawn. "
            "MB: resident, 10,000 people."
        ),
    )
    drawn.add_column("bot", no_wrap=True)
    for heading in (
        "turns/s",
        "CPU ms\n/turn",
        f"p50 ms\nat {rate:g}/s",
        f"p99 ms\nat {rate:g}/s",
        "prompts\n/s of 50",
        "MB rest\n/after",
    ):
        drawn.add_column(heading, justify="right")
    for name in found["settings"]["servers"]:
        answers, waits, prompts, memory = (
            found.get(case, {}).get(name, {})
            for case in ("answers", "latency", "prompts", "memory")
        )
        drawn.add_row(
            LABELS[name],
            number(answers.get("turns_per_second"), 0),
            number(answers.get("cpu_ms"), 2),
            number(waits.get("p50_ms"), 1),
            number(waits.get("p99_ms"), 1),
            number(prompts.get("per_second"), 1),
            f"{number(memory.get('at_rest_mb'), 0)}/{number(memory.get('after_mb'), 0)}",
        )
    return drawn


def number(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:,.{digits}f}"


def notes(found: Found) -> list[str]:
    lines = [
        f"{pair}: {times['turns_per_second']:.1f} times the turns/s, "
        f"{times['cpu_ms']:.2f} times the CPU (median of the rounds)"
        for pair, times in found.get("ratios", {}).items()
    ]
    for name, statuses in found.get("tokens", {}).items():
        told = ", ".join(f"{token} {status}" for token, status in statuses.items())
        lines.append(f"tokens, {name}: {told}")
    for name, one in found.get("prompts", {}).items():
        lines.append(
            f"prompts, {name}: {one['delivered']} of {one['wanted']}, most to one person "
            f"{one['most_to_one']}, busiest second {one['busiest_second']}, limits broken "
            f"{one['violations'] or 'never'}, Retry-After {one['retry_after']}, "
            f"requests while told to wait {one['pushed_on']}"
        )
    for case in ("answers", "latency", "memory"):
        for name, one in found.get(case, {}).items():
            if one["failures"]:
                lines.append(f"FAILED turns, {case}, {name}: {one['failures']}")
            if one.get("load_busy", 0) > BUSY:
                lines.append(f"{name}: the load was busy {one['load_busy']:.0%}: a lower bound")
    lines += [f"not measured, {name}: {why}" for name, why in found["missing"].items()]
    return lines
