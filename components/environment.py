"""The variables that the playground is set up with, wherever they come from.

The environment, `.env`, Streamlit's secrets; and for a secret a file, as Docker and Kubernetes give
them: `GEMINI_API_KEY_FILE=/run/secrets/key` stands for `GEMINI_API_KEY` with what is in that file.
A file that can't be used is said in the log, and where the secret is needed: all else goes on.
"""

import logging
import os
from collections.abc import Mapping
from pathlib import Path

import streamlit as st
from dotenv import load_dotenv
from streamlit import config

log = logging.getLogger(__name__)

DOTENV = Path(__file__).parent.parent / ".env"
COOKIE_SECRET = "STREAMLIT_SERVER_COOKIE_SECRET"  # noqa: S105 - its name; signs who is signed in

SECRETS = (
    "GOOGLE_API_KEY",
    "GEMINI_API_KEY",
    "GOOGLE_GEMINI_BASE_URL",  # may hold a name and a password, as the next one does
    "GOOGLE_VERTEX_BASE_URL",
    "DATABASE_URL",
    "EMULATOR_OPENAI_KEY",
    "PLAYGROUND_COOKIE_SECRET",
    "PLAYGROUND_METRICS_TOKEN",
    COOKIE_SECRET,
)
"""Variables that can be given as a file."""

_troubles: dict[str, str] = {}  # by variable


def load_environment() -> None:
    """Put what `.env`, Streamlit's secrets and files of secrets say into the environment.

    What is set already stays. To be called before anything is read from it, and may be again.
    """
    load_dotenv(DOTENV)
    st.secrets.load_if_toml_exists()  # sets variables of the environment
    values, troubles = secrets_in_files(os.environ)
    os.environ |= values
    for name, trouble in troubles.items():
        if _troubles.get(name) != trouble:
            log.error("%s", trouble)
    _troubles.clear()
    _troubles.update(troubles)
    if secret := os.environ.get(COOKIE_SECRET, ""):  # Streamlit has read its variables already
        config.set_option("server.cookieSecret", secret, COOKIE_SECRET)


def trouble_with(*names: str) -> str:
    """What is wrong with the files of these secrets, in a sentence; "" where nothing is."""
    return next((_troubles[name] for name in names if name in _troubles), "")


def secrets_in_files(environ: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The secrets whose files the environment names, and what is wrong with files, by variable."""
    values: dict[str, str] = {}
    troubles: dict[str, str] = {}
    for name in SECRETS:
        if not (file := environ.get(f"{name}_FILE", "").strip()):
            continue
        try:
            secret = Path(file).read_text(encoding="utf-8").strip()
        except OSError as error:
            troubles[name] = f"{name}_FILE names {file}, which can't be read: {error.strerror}."
        except ValueError:
            troubles[name] = f"{name}_FILE names {file}, which isn't text."
        else:
            if not secret:
                troubles[name] = f"{name}_FILE names {file}, which is empty."
            elif environ.get(name, "") not in {"", secret}:
                troubles[name] = f"{name} and {name}_FILE are both set and differ. Keep one."
            else:
                values[name] = secret
    return values, troubles
