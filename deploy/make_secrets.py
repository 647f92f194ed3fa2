"""Makes the secrets that compose.yaml's services share, each as a file; those there are stay."""

import secrets
import sys
from pathlib import Path

DATABASE = "postgresql://playground:{password}@database:5432/playground"


def make(folder: Path) -> None:
    """Make the files that aren't there yet in a folder."""
    password = _once(folder / "postgres_password", secrets.token_urlsafe(32))
    _once(folder / "database_url", DATABASE.format(password=password))
    _once(folder / "cookie_secret", secrets.token_urlsafe(32))
    _once(folder / "person_secret", secrets.token_urlsafe(32))


def _once(file: Path, secret: str) -> str:
    if not file.exists():
        file.write_text(secret)
        file.chmod(0o444)  # its readers are other users, and the only ones who have the volume
    return file.read_text()


if __name__ == "__main__":
    make(Path(sys.argv[1]))
