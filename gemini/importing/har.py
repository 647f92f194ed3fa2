"""A HAR file: the requests that a browser has recorded, with their answers.

Shape: http://www.softwareishard.com/blog/har-12-spec/ (`log.entries[].request.postData.text`,
`.response.content.text`, base64 where `.encoding` says so). AI Studio's own page asks its server in
a form that only the two of them know; such a request can't be brought in.
"""

from typing import Any

from gemini.importing.messages import bytes_of
from gemini.importing.rest import answer_parts, chat_of, is_gemini, request_of
from gemini.importing.result import ImportedChat, ImportResult, Notes, NotImportableError, json_of
from gemini.plain import listing, mapping

KIND = "a HAR file"
OWN_RPC = "MakerSuiteService/GenerateContent"  # AI Studio's page
SECRET_HEADERS = {"x-goog-api-key", "authorization", "cookie"}


def read_har(data: dict[str, Any]) -> ImportResult:
    """A conversation for each request for an answer in it.

    Raises:
        NotImportableError: there is none.
    """
    notes, chats = Notes(), []
    calls = []
    entries = [e for e in listing(mapping(data.get("log")).get("entries")) if isinstance(e, dict)]
    for entry in entries:
        sent_request = mapping(entry.get("request"))
        url = str(sent_request.get("url") or "")
        if OWN_RPC in url:
            notes.add("Left out: a request of AI Studio's own page. Use its “Get code” instead.")
        if not is_gemini(url) or sent_request.get("method") != "POST":
            continue
        try:
            request, chat = _chat(entry, url, notes)
        except NotImportableError as error:
            notes.add(f"Left out: a request, as {error}.")
            continue
        calls.append(request)
        chats.append(chat)
    if not chats:
        words = " ".join(notes.lines)
        raise NotImportableError(f"no request to Gemini in it can be taken. {words}".strip())
    return ImportResult(KIND, tuple(chats), notes.lines, calls[0] if len(calls) == 1 else None)


def _chat(entry: dict[str, Any], url: str, notes: Notes) -> tuple[Any, ImportedChat]:
    sent_request, answered = mapping(entry.get("request")), mapping(entry.get("response"))
    for header in listing(sent_request.get("headers")):
        if str(mapping(header).get("name")).lower() in SECRET_HEADERS:
            notes.key(str(mapping(header).get("value") or ""))
    body = mapping(sent_request.get("postData")).get("text")
    request = request_of(url, json_of(str(body or "")), notes)
    content = mapping(answered.get("content"))
    text = str(content.get("text") or "")
    if content.get("encoding") == "base64":
        text = (bytes_of(text) or b"").decode("utf-8", "replace")
    answer = answer_parts(text, notes) if answered.get("status") == 200 else []
    return request, chat_of(request, answer)
