"""The messages of context caching: https://ai.google.dev/api/caching."""

from emulator.messages.base import Message, Repeated, Text
from emulator.messages.content import Content
from emulator.messages.tools import Tool, ToolConfig


class Prefix(Message):
    """What of a cached content goes before a request's own contents."""

    contents: Repeated[Content] = ()
    system_instruction: Content | None = None
    tools: Repeated[Tool] = ()
    tool_config: ToolConfig | None = None


class CachedContentMessage(Prefix):
    """A cached content as a client writes it. One of `ttl` and `expire_time` at most."""

    model: Text = ""
    display_name: Text = ""
    ttl: Text = ""
    expire_time: Text = ""


class CachedContentUpdate(Message):
    """What of one can be changed: when it expires. The rest may come along and is left alone."""

    name: Text = ""
    model: Text = ""
    display_name: Text = ""
    ttl: Text = ""
    expire_time: Text = ""
