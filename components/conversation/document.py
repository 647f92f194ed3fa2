"""A conversation as a file: Markdown, or a page of HTML that prints well, media inside.

It is the path that is on the screen. All versions of its turns, settings and figures are in the
JSON, which can be imported again.
"""

from html import escape

from components.answer.document import (
    answer_html,
    answer_markdown,
    html_page,
    markdown_html,
    part_markdown,
    parts_html,
)
from components.conversation.state import Chat
from gemini.conversation import Conversation, Turn
from gemini.format import counted
from gemini.media.names import medium_in, nameless
from gemini.request import Part
from gemini.run import Candidate

UNTITLED = "Conversation"


def conversation_markdown(chat: Chat) -> str:
    """The conversation in Markdown; pictures are in it, at its end."""
    pictures: list[str] = []
    pieces = [f"# {title_of(chat.conversation)}", _about(chat.conversation)]
    for turn in chat.conversation.path():
        pieces += ["## Prompt", _prompt_markdown(turn, pictures)]
        pieces.append(f"## Answer{_by(turn)}")
        pieces.append(_answer_markdown(turn, pictures))
    text = "\n\n".join(piece.strip() for piece in pieces if piece.strip()) + "\n"
    return f"{text}\n{chr(10).join(pictures)}\n" if pictures else text


def conversation_html(chat: Chat) -> str:
    """The conversation as a page of its own: nothing is fetched, and no script runs."""
    title = title_of(chat.conversation)
    body = f"<h1>{escape(title)}</h1>"
    for number, turn in enumerate(chat.conversation.path(), 1):
        media = "".join(parts_html(nameless(p for p in turn.prompt if "text" not in p)))
        names = "".join(f"<p>{escape(name)}</p>" for name in turn.names if name)
        words = f"<p>{escape(turn.text)}</p>" if turn.text else ""
        body += f'<section class="prompt">{names}{media}{words}</section>'
        body += f"<section><h2>Answer{escape(_by(turn))}</h2>{_answer_html(turn, number)}</section>"
    return html_page(title, escape(_about(chat.conversation)), body)


def title_of(conversation: Conversation) -> str:
    """What it is about, in a line: its first prompt's words."""
    first = next(iter(conversation.path()), None)
    words = " ".join(first.text.split()) if first else ""
    return words[:80] or UNTITLED


def _about(conversation: Conversation) -> str:
    path = conversation.path()
    runs = [turn.run for turn in path if turn.run]
    since = f", {runs[0].created:%d %B %Y}" if runs else ""
    return f"{counted(len(path), 'turn')}{since}. Answers are made with AI."


def _by(turn: Turn) -> str:
    """Who answered, for a heading."""
    return f" ({turn.run.model_version or turn.run.request.model})" if turn.run else ""


def _candidate(turn: Turn) -> Candidate | None:
    """The answer that the conversation goes on with, its thoughts left out."""
    run = turn.run
    if run is None or turn.chosen >= len(run.candidates):
        return None
    chosen = run.candidates[turn.chosen]
    parts = [part for part in chosen.parts if not part.get("thought")]
    return Candidate(parts=parts, metadata=chosen.metadata)


def _problem(turn: Turn) -> str:
    """Why there is no answer, or none that is whole; "" where all is well."""
    if turn.run is None:
        return "Not sent yet."
    return f"{turn.run.problem.title}." if turn.run.problem else ""


def _prompt_markdown(turn: Turn, pictures: list[str]) -> str:
    return "\n\n".join(
        piece for part in turn.prompt if (piece := _prompt_part(part, pictures).strip())
    )


def _prompt_part(part: Part, pictures: list[str]) -> str:
    if "text" in part:
        return part["text"]
    kind = medium_in(part)
    name = part[kind].get("display_name") if kind else None
    return (f"({name})\n\n" if name else "") + part_markdown(part, pictures)


def _answer_markdown(turn: Turn, pictures: list[str]) -> str:
    candidate = _candidate(turn)
    answer = answer_markdown(candidate, pictures) if candidate else ""
    problem = f"*{_problem(turn)}*" if _problem(turn) else ""
    return f"{answer.strip()}\n\n{problem}"


def _answer_html(turn: Turn, number: int) -> str:
    candidate = _candidate(turn)
    answer = answer_html(candidate, f"{number}-") if candidate else ""
    problem = _problem(turn)
    return answer + (markdown_html(f"*{problem}*") if problem else "")
