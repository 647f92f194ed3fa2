"""Asks PyPI for known vulnerabilities of the packages that are pinned here: `make audit`.

Fails where there are some. Where PyPI doesn't tell, for it can't be reached or a mirror stands for
it that has no advisories, it says that nothing was audited, and doesn't fail.
"""

import json
import subprocess
import sys
import urllib.request
from pathlib import Path

KNOWN = "https://pypi.org/pypi/jinja2/2.4.1/json"  # a version that has some
PATIENCE = 10  # seconds
FILES = ("requirements.txt", "requirements-local.txt")
ROOT = Path(__file__).parents[1]
COMMAND = (
    *(Path(sys.executable).with_name("uv"), "tool", "run", "pip-audit@2.10.1"),
    *("--disable-pip", "--require-hashes", "--progress-spinner=off", "--format=json"),
    *(word for file in FILES for word in ("--requirement", file)),
)


def main() -> int:
    """What the process ends with: 1 where something is known to be vulnerable."""
    try:
        with urllib.request.urlopen(KNOWN, timeout=PATIENCE) as response:
            has_advisories = bool(json.load(response).get("vulnerabilities"))
    except (OSError, ValueError) as error:
        return not_audited(f"{KNOWN} can't be read: {error}")
    if not has_advisories:
        return not_audited(f"{KNOWN} tells of no vulnerability, and that version has some.")
    done = subprocess.run(COMMAND, cwd=ROOT, capture_output=True, text=True, check=False)
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, LookupError):
        return not_audited(f"pip-audit ended with {done.returncode}: {done.stderr.strip()[-500:]}")
    return report(packages)


def report(packages: list[dict]) -> int:
    """Print what pip-audit found, and what it couldn't look for; 1 where it found something."""
    found = [(package, one) for package in packages for one in package.get("vulns", [])]
    for package, one in found:
        fixed = ", ".join(one["fix_versions"]) or "no version yet"
        print(f"{package['name']} {package['version']}: {one['id']}, fixed in {fixed}")
    for skipped in [package for package in packages if "skip_reason" in package]:
        print(f"{skipped['name']} was NOT audited. {skipped['skip_reason']}")
    print(f"{len(packages)} packages, {len(found)} known vulnerabilities.")
    return 1 if found else 0


def not_audited(why: str) -> int:
    """Say that nothing was looked for."""
    print(f"The packages were NOT audited. {why}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
