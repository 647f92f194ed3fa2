"""What is in `deploy/` is well formed, and says the same everywhere."""

import json
import re
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import kubernetes_validate
import pytest
import yaml

from components.environment import SECRETS
from deploy.make_secrets import make

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
BIN = Path(sys.executable).parent
MANIFESTS = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
AUDITED = {
    "dependencies": [
        {"name": "a", "version": "2.0", "vulns": []},
        {"name": "b", "version": "1.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1"]}]},
        {"name": "c", "skip_reason": "Not found"},
    ]
}  # by pip-audit


def run(*command: str | Path) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_hadolint_finds_nothing_in_the_dockerfile() -> None:
    run(BIN / "hadolint", "--failure-threshold", "style", DEPLOY / "Dockerfile")


def test_everything_that_is_imported_is_in_the_image() -> None:
    copied = set(re.findall(r"^COPY (\w+) \w+$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE))
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "bench"}
    assert copied == packages | {"samples", "pages"}
    assert {f"!{name}" for name in copied} <= set(ignored)


def test_compose_follows_its_schema() -> None:
    run(
        BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", DEPLOY / "compose.yaml"
    )


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.stem)
def test_a_manifest_follows_the_schema_of_kubernetes(path: Path) -> None:
    for document in yaml.safe_load_all(path.read_text("utf-8")):
        version = kubernetes_validate.latest_version()
        kubernetes_validate.validate(document, version, strict=True)


def test_secrets_from_files_are_ones_that_are_read() -> None:
    for path in [DEPLOY / "compose.yaml", *MANIFESTS]:
        for name in re.findall(r"\b([A-Z_]+)_FILE\b", path.read_text("utf-8")):
            assert name in {*SECRETS, "POSTGRES_PASSWORD"}, name


def test_the_secrets_of_compose_are_made_once_and_fit_together(tmp_path: Path) -> None:
    make(tmp_path)
    before = {path.name: path.read_text() for path in tmp_path.iterdir()}
    make(tmp_path)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == before
    assert before["postgres_password"] in before["database_url"]
    assert len(set(before.values())) == 4
    named = set(re.findall(r"/secrets/(\w+)", (DEPLOY / "compose.yaml").read_text("utf-8")))
    assert named == set(before)


@pytest.fixture
def audit() -> ModuleType:
    spec = spec_from_file_location("audit", ROOT / ".ci" / "audit.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_an_audit_without_advisories_says_so_and_one_with_findings_fails(
    audit: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    audit.KNOWN = "http://127.0.0.1:9/"
    assert audit.main() == 0
    audit.KNOWN = 'data:application/json,{"vulnerabilities":[]}'  # a mirror
    assert audit.main() == 0
    assert capsys.readouterr().out.count("The packages were NOT audited.") == 2
    audit.KNOWN = 'data:application/json,{"vulnerabilities":[1]}'
    audit.COMMAND = (sys.executable, "-c", f"print({json.dumps(json.dumps(AUDITED))})")
    assert audit.main() == 1
    said = capsys.readouterr().out
    assert "b 1.0: PYSEC-1, fixed in 1.1" in said
    assert "c was NOT audited. Not found" in said
    audit.COMMAND = (sys.executable, "-c", "raise OSError('reset')")
    assert audit.main() == 0
    assert "OSError: reset" in capsys.readouterr().out
