"""The table of the run settings: what each is called, what it does, its range, and who takes it.

Ranges: https://ai.google.dev/api/generate-content#generationconfig; the tools that Gemini runs by
itself: https://ai.google.dev/gemini-api/docs/tools. Service tiers:
https://ai.google.dev/gemini-api/docs/optimization. What is stored since 26 October 2026:
https://ai.google.dev/gemini-api/docs/changelog (both read 2026-11-29).
"""

from dataclasses import dataclass

from gemini.models.capabilities import Capabilities
from gemini.request import API_NAMES, CREATE_INTERACTION, GENERATE_CONTENT
from gemini.settings.kinds import Bounds, Choice, Setting, fixed

MOST_STOP_SEQUENCES = 5
MOST_LOGPROBS = 20
LARGEST_SEED = 2**31 - 1
MEDIA_INPUTS = frozenset({"image", "video", "pdf"})


@dataclass(frozen=True)
class SafetyCategory:
    """A kind of harm with a filter of its own. `value` is a `types.HarmCategory`."""

    value: str
    label: str
    vertex_only: bool = False


SAFETY_CATEGORIES: tuple[SafetyCategory, ...] = (
    SafetyCategory("HARM_CATEGORY_HARASSMENT", "Harassment"),
    SafetyCategory("HARM_CATEGORY_HATE_SPEECH", "Hate speech"),
    SafetyCategory("HARM_CATEGORY_SEXUALLY_EXPLICIT", "Sexually explicit"),
    SafetyCategory("HARM_CATEGORY_DANGEROUS_CONTENT", "Dangerous content"),
    SafetyCategory("HARM_CATEGORY_JAILBREAK", "Jailbreak attempts", vertex_only=True),
)

SAFETY_THRESHOLDS: tuple[Choice, ...] = (
    Choice("OFF", "Off"),
    Choice("BLOCK_NONE", "Block none"),
    Choice("BLOCK_ONLY_HIGH", "Block few: only a high probability"),
    Choice("BLOCK_MEDIUM_AND_ABOVE", "Block some: medium and above"),
    Choice("BLOCK_LOW_AND_ABOVE", "Block most: low and above"),
)

LEVEL_LABELS = {
    "MINIMAL": "Minimal",
    "LOW": "Low",
    "MEDIUM": "Medium",
    "HIGH": "High",
    "XHIGH": "Extra high",
}

MEDIA_RESOLUTIONS: tuple[Choice, ...] = (
    Choice("MEDIA_RESOLUTION_LOW", "Low"),
    Choice("MEDIA_RESOLUTION_MEDIUM", "Medium"),
    Choice("MEDIA_RESOLUTION_HIGH", "High"),
)

APIS: tuple[Choice, ...] = tuple(Choice(*each) for each in API_NAMES.items())
SERVICE_TIERS: tuple[Choice, ...] = (
    Choice("standard", "Standard"),
    Choice("flex", "Flex"),
    Choice("priority", "Priority"),
)
STORED: tuple[Choice, ...] = (Choice("on", "Keep"), Choice("off", "Don't keep"))
"""What `store` is set to; `config` makes True and False of it."""


def _level_choices(caps: Capabilities) -> tuple[Choice, ...]:
    return tuple(Choice(level, LEVEL_LABELS.get(level, level)) for level in caps.thinking.levels)


def _tool(name: str, label: str, about: str) -> Setting:
    return Setting(
        name,
        label,
        about,
        "Tools",
        "switch",
        default=lambda _caps: False,
        takes=lambda caps: name in caps.tools,
    )


def _coordinate(name: str, label: str, about: str, most: float) -> Setting:
    return Setting(
        name,
        label,
        about,
        "Tools",
        "float",
        bounds=fixed(-most, most, 0.0001),
        takes=lambda caps: "google_maps" in caps.tools,
        needs="google_maps",
        unset="Not sent",
    )


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "system_instruction",
        "System instruction",
        "What the model should follow in every turn: role, tone, language or format.",
        "basic",
        "text",
        default=lambda _caps: "",
    ),
    Setting(
        "temperature",
        "Temperature",
        "How freely the next word is chosen. Higher is more varied and surprising, "
        "0 nearly always takes the most probable word.",
        "basic",
        "slider",
        bounds=lambda caps: Bounds(0.0, caps.max_temperature, 0.05),
        default=lambda caps: caps.temperature,
    ),
    Setting(
        "top_p",
        "Top P",
        "Only the most probable words that together reach this share are considered. "
        "Higher lets in rarer words.",
        "basic",
        "slider",
        bounds=fixed(0.0, 1.0, 0.01),
        default=lambda caps: caps.top_p,
    ),
    Setting(
        "thinking_budget",
        "Thinking budget",
        "How many tokens the model may think before it answers. More helps with hard questions, "
        "and takes longer and costs more. -1 lets the model decide.",
        "basic",
        "int",
        bounds=lambda caps: Bounds(-1, caps.thinking.max_budget, 1),  # 0 turns it off
        takes=lambda caps: caps.thinking.kind in {"budget", "unknown"},
    ),
    Setting(
        "thinking_level",
        "Thinking level",
        "How much the model thinks before it answers. Higher helps with hard questions, "
        "and takes longer and costs more.",
        "basic",
        "choice",
        default=lambda caps: caps.thinking.default_level,
        choices=_level_choices,
        takes=lambda caps: caps.thinking.kind in {"level", "unknown"},
    ),
    Setting(
        "include_thoughts",
        "Show thoughts",
        "Send a summary of the model's thoughts along with the answer.",
        "basic",
        "switch",
        default=lambda _caps: False,
        takes=lambda caps: caps.thinking.kind != "none",
    ),
    _tool(
        "google_search",
        "Google Search",
        "The model may search the web. Its sources are numbered in the answer. "
        "Google bills searches in addition to tokens.",
    ),
    _tool(
        "url_context",
        "URL context",
        "The model reads the pages whose URLs are in the prompt. "
        "What it reads counts as prompt tokens.",
    ),
    _tool(
        "google_maps",
        "Google Maps",
        "The model may look up places, opening hours and reviews. Google bills it in addition to "
        "tokens.",
    ),
    _coordinate(
        "latitude",
        "Latitude",
        "Where to search around, in degrees; north is positive. Needs the longitude too.",
        90,
    ),
    _coordinate(
        "longitude",
        "Longitude",
        "Where to search around, in degrees; east is positive. Needs the latitude too.",
        180,
    ),
    _tool(
        "code_execution",
        "Code execution",
        "The model may write Python code, have it run at Google, and use the result: for math, "
        "data and charts.",
    ),
    Setting(
        "mcp_servers",
        "MCP servers",
        "Servers on the internet whose tools Gemini calls by itself while it answers.",
        "Tools",
        "servers",
        default=lambda _caps: (),
        takes=lambda caps: bool(caps.tools),
        on_vertex=False,
    ),
    Setting(
        "cached_content",
        "Cached content",
        "Content that every prompt begins with. It is stored with the API, for one model, and "
        "costs less than sending it again.",
        "Cache",
        "cache",
    ),
    Setting(
        "top_k",
        "Top K",
        "Only this many of the most probable words are considered. Higher lets in rarer words.",
        "Sampling",
        "int",
        bounds=fixed(1, 1000, 1),
        default=lambda caps: caps.top_k,
    ),
    Setting(
        "seed",
        "Seed",
        "The same number with the same prompt and settings mostly gives the same answer.",
        "Sampling",
        "int",
        bounds=fixed(0, LARGEST_SEED, 1),
    ),
    Setting(
        "presence_penalty",
        "Presence penalty",
        "Higher makes words that have already appeared less likely, which brings up new topics. "
        "Below 0 does the opposite.",
        "Sampling",
        "slider",
        bounds=fixed(-2.0, 2.0, 0.1),
        default=lambda _caps: 0.0,
    ),
    Setting(
        "frequency_penalty",
        "Frequency penalty",
        "Higher makes words less likely the more often they have appeared, which reduces "
        "repetition. Below 0 does the opposite.",
        "Sampling",
        "slider",
        bounds=fixed(-2.0, 2.0, 0.1),
        default=lambda _caps: 0.0,
    ),
    Setting(
        "max_output_tokens",
        "Maximum output tokens",
        "The most tokens that an answer can have. Thinking counts toward it: too low a limit "
        "leaves no room for the answer.",
        "Output",
        "int",
        bounds=lambda caps: Bounds(1, caps.output_token_limit or 1_048_576, 1),
        default=lambda caps: caps.output_token_limit,
    ),
    Setting(
        "stop_sequences",
        "Stop sequences",
        "The answer ends where one of these would appear. Up to five. "
        r"Write \n for a line break and \t for a tab.",
        "Output",
        "list",
        default=lambda _caps: [],
    ),
    Setting(
        "candidate_count",
        "Candidates",
        "How many answers to generate. Each is billed.",
        "Output",
        "int",
        bounds=lambda caps: Bounds(1, caps.max_candidates, 1),
        default=lambda _caps: 1,
        takes=lambda caps: caps.max_candidates > 1,
    ),
    Setting(
        "response_logprobs",
        "Log probabilities",
        "Return how probable each chosen token was.",
        "Output",
        "switch",
        default=lambda _caps: False,
    ),
    Setting(
        "logprobs",
        "Alternatives shown",
        "How many other tokens to list at each position, with their probabilities. Needs log "
        "probabilities switched on.",
        "Output",
        "int",
        bounds=fixed(0, MOST_LOGPROBS, 1),
    ),
    Setting(
        "media_resolution",
        "Media resolution",
        "How finely images, pages and video are read. Higher sees small print, and costs more "
        "tokens.",
        "Media",
        "choice",
        choices=lambda _caps: MEDIA_RESOLUTIONS,
        takes=lambda caps: bool(caps.inputs & MEDIA_INPUTS),
    ),
    Setting(
        "safety_settings",
        "Safety filters",
        "The probability from which each kind of harm is blocked.",
        "Safety",
        "choices",
        default=lambda _caps: {},
        choices=lambda _caps: SAFETY_THRESHOLDS,
    ),
    Setting(
        "api",
        "API",
        "Google has recommended Interactions since June 2026; generateContent keeps working. "
        "Every page can use either.",
        "Service",
        "choice",
        default=lambda _caps: GENERATE_CONTENT,
        choices=lambda _caps: APIS,
    ),
    Setting(
        "service_tier",
        "Service tier",
        "Flex costs half, but may take minutes or be refused when demand is high. Priority goes "
        "first and costs 75 to 100% more; above its limit it is served as standard.",
        "Service",
        "choice",
        default=lambda _caps: "standard",
        choices=lambda _caps: SERVICE_TIERS,
    ),
    Setting(
        "store",
        "Storage at Google",
        "Whether Google keeps the request and its answer; new paid projects do since 26 October "
        "2026. With Interactions, Keep sends the new prompt only: the API has the turns before.",
        "Service",
        "choice",
        choices=lambda _caps: STORED,
        on_vertex=False,
    ),
    Setting(
        "background",
        "Run in the background",
        "The answer keeps running at Google when you close the page, and you find it again in "
        "History. Stop cancels it.",
        "Service",
        "switch",
        default=lambda _caps: False,
        beside={"api": CREATE_INTERACTION, "store": "on"},
    ),
)

BY_NAME: dict[str, Setting] = {setting.name: setting for setting in SETTINGS}


def safety_categories(*, vertex: bool = False) -> tuple[SafetyCategory, ...]:
    """The categories that can be set on this backend."""
    return tuple(c for c in SAFETY_CATEGORIES if vertex or not c.vertex_only)
