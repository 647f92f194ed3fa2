"""Document: PDFs and texts beside the conversation about them."""

from functools import partial

from components.answer.references import page_links
from components.attachments.page import QuickPrompt, media_page
from components.attachments.state import attachments_of
from components.markdown.markdown import shown
from gemini.media.attachment import Attachment
from pages.document.viewer import draw_documents

CITE = "Name the page of each fact, as [p. 3]."

PROMPTS = [
    QuickPrompt("Summarize", "summarize", f"Summarize the document in five points. {CITE}"),
    QuickPrompt("Extract the tables", "table", f"Extract every table, as tables. {CITE}"),
    QuickPrompt("Names and dates", "event", f"List the people, places and dates in it. {CITE}"),
    QuickPrompt(
        "Compare",
        "compare",
        "Compare the documents in a table. Name file and page of each fact, as [file.pdf, p. 3].",
        many=True,
    ),
]


def draw_viewer(media: list[Attachment]) -> None:
    """The document that is open, and answers that lead to its pages."""
    attachments.chat.look.write = partial(shown, link=page_links(media), line_breaks=True)
    draw_documents(media, attachments.page)


attachments = attachments_of("document")
media_page(attachments, draw_viewer, prompts=PROMPTS, placeholder="Ask about the documents")
