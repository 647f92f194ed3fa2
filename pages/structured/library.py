"""The library of schemas beside the editors, and schemas as files."""

import json
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import ClassVar

import streamlit as st

from components.demo_mode import in_demo
from components.history import current_history
from components.library import PART, TEAM, Library, draw_library
from components.people import has_team, team_library
from components.settings.run_settings import current_settings
from gemini.format import file_stem
from gemini.history.engine import HistoryError
from gemini.history.presets import SCHEMA, Preset, PresetKind
from gemini.history.sharing import LONGEST_NAME
from gemini.request import Request
from gemini.structured.sending import SCHEMA_FIELD
from gemini.structured.text import write_text
from pages.structured.views import SchemaDraft, with_text

PARAMETER = "schema"  # of the page's address: the saved schema that is open, for a reload
MEDIA_TYPE = "application/schema+json"  # https://json-schema.org/draft/2020-12/json-schema-core


@dataclass
class SchemaLibrary(Library):
    """The library of schemas in one session. What one takes the place of is had back by Undo."""

    KIND: ClassVar[PresetKind] = SCHEMA
    KEY: ClassVar[str] = "schema-library"
    LABEL: ClassVar[str] = "Saved schemas"

    draft: SchemaDraft = field(default_factory=SchemaDraft)

    @property
    def current(self) -> str:
        return "" if self.draft.now.errors else write_text(self.draft.now.schema)

    @property
    def blocked(self) -> str:
        errors = self.draft.now.errors
        return "What you last wrote isn't a schema yet, so it can't be saved." if errors else ""

    def put(self, text: str) -> None:
        self.draft.take(with_text(replace(self.draft.now, example=""), text))

    def template(self, text: str) -> Request:
        return Request(current_settings().model.name, [], {SCHEMA_FIELD: json.loads(text)})

    def text_of(self, saved: Preset) -> str:
        return write_text(saved.template.config.get(SCHEMA_FIELD) or {})

    def open_file(self, name: str, data: bytes) -> None:
        """Put the schema of a file into the editors, which say what is wrong where it is none."""
        self.open(name.removesuffix(".json")[:LONGEST_NAME], data.decode("utf-8-sig", "replace"))
        self.text = self.current

    def close(self) -> None:
        super().close()
        for parameter in (PARAMETER, PART):
            st.query_params.pop(parameter, None)

    def look_at_address(self) -> None:
        """Open the schema that the page's address names; have the address name the open one."""
        name = st.query_params.get(PARAMETER)
        if name and not self.version:
            self.team = st.query_params.get(PART) == TEAM and has_team()
            with suppress(HistoryError):
                self._open_newest(name)
        if self.version and name != self.name:
            st.query_params[PARAMETER] = self.name
            if self.of_team:
                st.query_params[PART] = TEAM

    def _open_newest(self, name: str) -> None:
        history = team_library() if self.team else current_history()
        versions = history.preset_versions(name) if history is not None else []
        if versions and versions[0].kind == SCHEMA:
            self.open_saved(versions[0])
        else:
            self.close()


def draw_schema_library(library: SchemaLibrary) -> None:
    """Draw the way to the library; there is none in a demo, where nothing is kept."""
    if not in_demo():
        draw_library(library, files=lambda: _draw_files(library))


def _draw_files(library: SchemaLibrary) -> None:
    """Draw the way to take the schema along as a file, and to bring one."""
    key = f"{library.KEY}-file-{library.number}"

    def take() -> None:
        if (file := st.session_state[key]) is not None:
            library.open_file(file.name, file.getvalue())

    if library.current:
        st.download_button(
            "Download as JSON",
            library.current,
            file_name=f"{file_stem(library.name, 'schema')}.json",
            mime=MEDIA_TYPE,
            key=f"{library.KEY}-download",
            icon=":material/download:",
            type="tertiary",
            on_click="ignore",
        )
    st.file_uploader("Open a JSON Schema file", "json", key=key, on_change=take)
