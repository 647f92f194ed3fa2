"""A report as one file: Markdown with its pictures in it, or a page of HTML that prints well."""

from collections.abc import Sequence
from dataclasses import replace
from html import escape

from components.answer import document
from components.answer.document import answer_html, answer_markdown, html_page, quoted
from gemini.format import duration
from gemini.interactions.agents import agents
from gemini.interactions.timeline import is_report
from gemini.request import Part
from gemini.run import Candidate, Run


def report_of(candidate: Candidate) -> Candidate:
    """The answer without the way there. Texts that steps stood between are paragraphs apart.

    Searches and pages read are among the steps; what Google wants shown beside its sources stays.
    """
    metadata = {k: v for k, v in candidate.metadata.items() if k != "url_context_metadata"}
    if known := metadata.get("grounding_metadata"):
        metadata["grounding_metadata"] = {
            name: value for name, value in known.items() if name != "web_search_queries"
        }
    return replace(candidate, parts=_report_parts(candidate.parts), metadata=metadata)


def _report_parts(parts: Sequence[Part]) -> list[Part]:
    result: list[Part] = []
    between = False
    for part in parts:
        if not is_report(part):
            between = True
            continue
        if between and result and "text" in part and "text" in result[-1]:
            result.append({"text": "\n\n"})
        result.append(part)
        between = False
    return result


def file_name(question: str) -> str:
    """A file's name of what was asked, without an ending."""
    return document.file_name(question, "report")


def report_markdown(run: Run, question: str) -> str:
    """The report in Markdown: numbers for its sources, which are listed below with its pictures."""
    pictures: list[str] = []
    text = answer_markdown(report_of(run.candidates[0]), pictures)
    text += f"\n---\n\n{quoted(question)}\n\n{_about(run)}\n"
    return f"{text}\n{chr(10).join(pictures)}\n" if pictures else text


def report_html(run: Run, question: str) -> str:
    """The report as a page of its own: pictures inside, sources below, nothing fetched."""
    about = f"{escape(question)}<br>{escape(_about(run))}"
    return html_page(question or "Report", about, answer_html(report_of(run.candidates[0])))


def _about(run: Run) -> str:
    """Who wrote it, when, in what time."""
    agent = agents().get(run.request.model)
    name = f"{agent.title} ({agent.name})" if agent else run.request.model
    took = f", {duration(run.timing.end)}" if run.timing.end else ""
    return f"{name}, {run.created:%d %B %Y}{took}. Made with AI: check it against its sources."
