"""The Interactions API: https://ai.google.dev/gemini-api/docs/interactions.

A request becomes one of generateContent, with all turns before it; the responses of its stream
become steps, and events that are kept for whoever asks for them later. Wire shapes are those of
google-genai 3.6.1 (`_gaos/types/interactions`), which with `@google/genai` 3.3.0 was run against
it. Where Google's behaviour isn't documented, this is what is done here:

- An interaction lasts a day and is found with the key that asked for it only.
- One in the foreground ends (`cancelled`) when its client goes away; in the background it goes on.
- A turn needs all turns before it: where one was deleted, the next is refused by its id.
- `model` names what really answered, as `modelVersion` does elsewhere.
- `last_event_id` that no event has is a 416 `out_of_range`.
- A model that speaks streams raw sound, `audio/l16`; its step holds all of it as one.
- Agents, environments, webhooks, MCP servers, Omni and Lyria are refused by name, with a 400: a
  5xx would be retried by the SDKs.
"""
