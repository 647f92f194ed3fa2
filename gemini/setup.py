"""What a page is set to, as a link: the model, the run settings, and a prompt for its field.

Never a key, a file, a cached content or an MCP server: the last two belong to somebody, and a
server's address may hold a secret. What comes in by a link is checked as an import is, one setting
at a time; what can't be taken is left out and named.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gemini import links
from gemini.api.redaction import config_without_secrets, redact
from gemini.importing.fields import config_of, shown
from gemini.importing.result import Notes
from gemini.models.capabilities import Capabilities
from gemini.plain import mapping, mappings
from gemini.request import API_NAMES, GENERATE_CONTENT, Request
from gemini.settings.config import CACHED_CONTENT, TOOLS, effective, values_of
from gemini.settings.table import BY_NAME, SETTINGS
from gemini.tools import mcp

VERSION = 1
KNOWN = frozenset({"version", "model", "config", "api", "prompt"})
GROUPED = frozenset({"thinking_config", "tools", "tool_config"})
"""Fields of the config that hold several run settings."""
BACKGROUND = "background"  # a setting of Interactions, which the SDK's type of a config lacks
LONGEST_MODEL = 200  # characters of a model's name
LEFT_AT_HOME = {CACHED_CONTENT: "the cached content", mcp.FIELD: "the MCP servers"}


@dataclass(frozen=True)
class Setup:
    """A model, the settings that are off its default, and a prompt; "" where there is none."""

    model: str
    config: Mapping[str, Any] = field(default_factory=dict)
    method: str = GENERATE_CONTENT
    prompt: str = ""

    @property
    def request(self) -> Request:
        """The request without contents that has these settings."""
        return Request(self.model, [], dict(self.config), self.method)


def setup_of(request: Request, prompt: str) -> Setup:
    """What of a request's settings goes into a link, with a prompt."""
    config = config_without_secrets(request.config)
    if tools := _own_tools(config.pop("tools", ())):
        config["tools"] = tools
    config = {name: value for name, value in config.items() if _is_setting(name)}
    if isinstance(instruction := config.get("system_instruction"), str):
        config["system_instruction"] = redact(instruction)
    return Setup(request.model, config, request.method, redact(prompt))


def to_link(setup: Setup) -> str:
    """The setup as a text for an address.

    Raises:
        gemini.links.LinkError: it is too long for one.
    """
    data = {"version": VERSION, "model": setup.model, "config": dict(setup.config)}
    if setup.method != GENERATE_CONTENT:
        data["api"] = setup.method
    if setup.prompt:
        data["prompt"] = setup.prompt
    return links.to_link(data)


def from_link(link: str) -> tuple[Setup, tuple[str, ...]]:
    """The inverse, whoever made the link; and sentences about what of it was left out.

    Raises:
        gemini.links.LinkError: there is nothing to be taken of it.
    """
    data = links.from_link(link)
    if not isinstance(data, dict) or "version" not in data:
        raise links.LinkError("it isn't a link to a setup")
    notes = Notes()
    try:
        data = notes.without_keys(data)
        setup = _read(data, notes)
    except RecursionError as error:
        raise links.LinkError("it is nested too deeply") from error
    return setup, notes.lines


def _read(data: dict[str, Any], notes: Notes) -> Setup:
    version = data["version"]
    if type(version) is not int or version < 1:
        notes.add("The link doesn't say which version made it.")
    elif version > VERSION:
        notes.add("A newer version of the playground made this link.")
    for name in data.keys() - KNOWN:
        notes.add(f"Left out: “{shown(name)}”, which isn't known here.")
    model, method = data.get("model"), data.get("api", GENERATE_CONTENT)
    if not isinstance(model, str) or not 0 < len(model) <= LONGEST_MODEL:
        notes.add("Left out: the model, which has no name that could be one.")
        model = ""
    if not isinstance(method, str) or method not in API_NAMES:
        notes.add(f"Left out: the API “{shown(method)}”, which isn't known here.")
        method = GENERATE_CONTENT
    prompt = data.get("prompt", "")
    if not isinstance(prompt, str):
        notes.add("Left out: the prompt, which isn't a text.")
        prompt = ""
    if not isinstance(data.get("config", {}), dict):
        notes.add("Left out: the settings, which can't be read.")
    return Setup(model, _config(mapping(data.get("config")), notes), method, prompt)


def _config(given: Mapping[str, Any], notes: Notes) -> dict[str, Any]:
    """The settings that are run settings, each as its type has it."""
    background = given.get(BACKGROUND)
    config = config_of({k: v for k, v in given.items() if k not in {BACKGROUND, "tools"}}, notes)
    if background is True:
        config[BACKGROUND] = True
    elif background is not None:
        notes.add(f"Left out: “{BACKGROUND}”, which can't be read.")
    if not isinstance(config.get("system_instruction", ""), str):
        del config["system_instruction"]
        notes.add("Left out: the system instruction, which isn't a text.")
    for name in [name for name in config if not _is_setting(name)]:
        del config[name]
        notes.add(f"Left out: “{name}”, which no link can set.")
    tools = given.get("tools") or []
    own = _own_tools(tools)
    if not isinstance(tools, list) or any(not _is_own(tool) for tool in tools):
        notes.add("Left out: a tool that no link can bring.")
    return {**config, "tools": own} if own else config


def _is_own(tool: Any) -> bool:
    return isinstance(tool, dict) and tool.keys() <= set(TOOLS)


def _own_tools(tools: Any) -> list[dict[str, Any]]:
    """Those of the tools that are a switch of the run settings."""
    named = {name for tool in mappings(tools) for name in tool}
    return [{name: {}} for name in TOOLS if name in named]


def _is_setting(name: str) -> bool:
    return name in GROUPED or (name in BY_NAME and name not in LEFT_AT_HOME)


def unusable(setup: Setup, caps: Capabilities, *, vertex: bool) -> list[str]:
    """Sentences about what is of no use for a model, such as another one's choices."""
    values = values_of(setup.request)
    sentences: list[str] = []
    for setting in SETTINGS:
        value = values.get(setting.name)
        if value is None or setting.name in LEFT_AT_HOME:
            continue
        usable = setting.offered(caps, vertex=vertex)
        if not usable or effective(setting, value, caps, vertex) is None:
            sentences.append(f"{caps.display_name} doesn't take this here: {setting.label}.")
    return sentences
