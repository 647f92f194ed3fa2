"""The bodies that start a batch, as the v1beta discovery document spells them.

Rows are plain objects here: each is read by itself, so that a mistake is told with its place.
"""

from emulator.messages.base import Int64, Message, Repeated, Struct, Text


class InlinedRequest(Message):
    request: Struct | None = None
    metadata: Struct | None = None


class InlinedRequests(Message):
    requests: Repeated[InlinedRequest] = ()


class InputConfig(Message):
    """Either the requests themselves, or an uploaded file with one in each line."""

    requests: InlinedRequests = InlinedRequests()
    file_name: Text = ""


class Batch(Message):
    """`model`, `name` and `priority` may be said; the first two are known from the address."""

    name: Text = ""
    model: Text = ""
    display_name: Text = ""
    input_config: InputConfig = InputConfig()
    priority: Int64 | Text = 0
    webhook_config: Struct | None = None


class CreateBatchRequest(Message):
    """The body of batchGenerateContent and of asyncBatchEmbedContent."""

    model: Text = ""
    batch: Batch = Batch()
