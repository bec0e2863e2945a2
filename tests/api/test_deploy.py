"""The examples of how to run it: a unit of systemd, and a container."""

from __future__ import annotations

import configparser
import json
import re
import shlex
import shutil
import subprocess
import tomllib
from dataclasses import fields
from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import CliRunner

from api.cli import main
from kg.settings import PREFIX, Settings

FOLDER = Path(str(files("api"))) / "deploy"
UNIT = (FOLDER / "stancegraph.service").read_text(encoding="utf-8")
CONTAINER = (FOLDER / "Containerfile").read_text(encoding="utf-8")
ROOT = Path(__file__).resolve().parents[2]
SECURITY = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
COMMAND = "/opt/stancegraph/bin/stancegraph"


def test_unit_parses(tmp_path: Path) -> None:
    """The unit is one that systemd takes without a warning, where it is there to be asked."""
    parsed = configparser.ConfigParser(strict=False, interpolation=None, delimiters="=")
    parsed.optionxform = str  # type: ignore[assignment,method-assign]  # as the library says
    parsed.read_string(UNIT)
    assert parsed.sections() == ["Unit", "Service", "Install"]
    if (verifier := shutil.which("systemd-analyze")) is None:
        return
    unit = tmp_path / "stancegraph.service"
    unit.write_text(UNIT.replace(COMMAND, "/bin/true"), encoding="utf-8")
    command = [verifier, "verify", "--man=no", "--recursive-errors=no", str(unit)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    ours = [line for line in done.stderr.splitlines() if "stancegraph" in line]
    assert (done.returncode, ours) == (0, [])


@pytest.mark.parametrize(
    "name", ["DynamicUser=yes", "ProtectSystem=strict", "NoNewPrivileges=yes", "IPAddressDeny=any"]
)
def test_unit_is_hardened(name: str) -> None:
    """What SECURITY.md says of the unit is in it."""
    assert name in UNIT.splitlines()


@pytest.mark.parametrize("text", [UNIT, CONTAINER], ids=["unit", "container"])
def test_settings_exist(text: str) -> None:
    """Every setting that an example names is one."""
    named = set(re.findall(rf"{PREFIX}([A-Z_]+)", text))
    assert "DATA" in named
    assert named <= {item.name.upper() for item in fields(Settings)}


def test_security_names_settings() -> None:
    """Every setting that SECURITY.md names is one, and so is every file that it leads to."""
    named = set(re.findall(r"`([A-Z_]+)`", SECURITY))
    assert {"PRIVATE", "PROXIES"} <= named
    assert named <= {item.name.upper() for item in fields(Settings)} | {"SERVICE", "LOAD", "FROM"}
    linked = re.findall(r"\]\(api/deploy/([^)]+)\)", SECURITY)
    assert linked
    assert all((FOLDER / name).is_file() for name in linked)


def commands() -> list[list[str]]:
    """Return the arguments that each example calls the command with, and those in its comments."""
    said = [line.partition(COMMAND)[2] for line in UNIT.splitlines() if f"{COMMAND} " in line]
    said += [
        line.partition(" stancegraph ")[2] for line in CONTAINER.splitlines() if "exec" in line
    ]
    (default,) = re.findall(r"^CMD (\[.*\])$", CONTAINER, re.MULTILINE)
    return [*map(shlex.split, said), json.loads(default)]


@pytest.mark.parametrize("arguments", commands(), ids=" ".join)
def test_commands_exist(arguments: list[str]) -> None:
    """Every command line in them is one that is understood."""
    assert len(commands()) == 4
    done = CliRunner().invoke(main, [*arguments, "--help"])
    assert (done.exit_code, done.output.split()[0]) == (0, "Usage:")


def test_container() -> None:
    """The image is named as everybody does, runs as nobody in particular, and copies what ships."""
    images = re.findall(r"^FROM (\S+)", CONTAINER, re.MULTILINE)
    assert images == ["python:3.13-slim"] * 2
    assert re.findall(r"^USER (\S+)$", CONTAINER, re.MULTILINE) == ["stancegraph"]
    ships = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"][
        "build"
    ]
    sources = {*ships["targets"]["sdist"]["only-include"], "pyproject.toml"}
    copied = re.findall(r"^COPY (?!--from)(.+) /source", CONTAINER, re.MULTILINE)
    assert set(" ".join(copied).split()) == sources - {"tests", "Makefile", "SECURITY.md"}
