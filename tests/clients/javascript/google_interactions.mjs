// Google's SDK for JavaScript: the Interactions API.
import { GoogleGenAI } from "@google/genai";
import {
  assert, KEY, PARAMETERS, run, SIGN, SKY, SLOW_URL, tellsTheWeather, URL_, WEATHER,
} from "./session.mjs";

const { interactions } = new GoogleGenAI({ apiKey: KEY, httpOptions: { baseUrl: URL_ } });
const slow = new GoogleGenAI({ apiKey: KEY, httpOptions: { baseUrl: SLOW_URL } }).interactions;
const model = "gemini-3.8-flash";
const tools = [
  { type: "function", name: "get_weather", description: "The weather", parameters: PARAMETERS },
];

function results(steps) {
  return steps
    .filter((step) => step.type === "function_call")
    .map(({ id, name, arguments: args }) => ({
      type: "function_result", call_id: id, name, result: { sky: SKY[args.city] },
    }));
}

async function collected(stream) {
  const events = [];
  for await (const event of stream) events.push(event);
  return events;
}

function textOf(events) {
  const deltas = events.filter((e) => e.event_type === "step.delta").map((e) => e.delta);
  return deltas.map((delta) => (delta.type === "text" ? delta.text : "")).join("");
}

await run({
  async create() {
    const answer = await interactions.create({ model, input: "Hello", system_instruction: "Brief" });
    assert.equal(answer.status, "completed");
    assert.ok(answer.output_text.includes("Hello"));
    assert.ok(answer.usage.total_tokens > 0);
  },
  async stream() {
    const events = await collected(await interactions.create({ model, input: "Hi", stream: true }));
    assert.equal(events[0].event_type, "interaction.created");
    assert.equal(events.at(-1).event_type, "interaction.completed");
    const whole = await interactions.get(events[0].interaction.id);
    assert.equal(whole.output_text, textOf(events));
  },
  async previous_id() {
    const first = await interactions.create({ model, input: "One" });
    const second = await interactions.create({
      model, input: "Two", previous_interaction_id: first.id,
    });
    assert.ok(second.output_text.includes("Message before: One"));
  },
  async function_result() {
    const asked = await interactions.create({ model, input: WEATHER, tools });
    assert.equal(asked.status, "requires_action");
    const answer = await interactions.create({
      model, input: results(asked.steps), tools, previous_interaction_id: asked.id,
    });
    tellsTheWeather(answer.output_text);
  },
  async schema() {
    const schema = {
      type: "object",
      properties: { name: { type: "string" }, age: { type: "integer" } },
      required: ["name", "age"],
    };
    const answer = await interactions.create({
      model,
      input: "This is Ada, she is 36",
      response_format: { type: "text", mime_type: "application/json", schema },
    });
    assert.deepEqual(JSON.parse(answer.output_text), { name: "Ada", age: 36 });
  },
  async image() {
    const image = { type: "image", mime_type: "image/png", data: SIGN.toString("base64") };
    const input = [{ type: "text", text: "What is this?" }, image];
    const answer = await interactions.create({ model, input, store: false });
    assert.ok(answer.output_text.includes("image/png"));
  },
  async cancel() {
    const started = await slow.create({ model, input: "A long story", background: true });
    assert.equal(started.status, "in_progress");
    assert.equal((await slow.cancel(started.id)).status, "cancelled");
    assert.equal((await slow.get(started.id)).status, "cancelled");
  },
  async resume() {
    const stream = await slow.create({
      model, input: "A story", background: true, stream: true,
    });
    const seen = [];
    for await (const event of stream) {
      seen.push(event);
      if (seen.length === 5) break;
    }
    const rest = await slow.get(seen[0].interaction.id, {
      stream: true, last_event_id: seen.at(-1).event_id,
    });
    seen.push(...(await collected(rest)));
    assert.deepEqual(seen.map((e) => e.event_id), seen.map((_, n) => String(n + 1)));
    assert.equal((await slow.get(seen[0].interaction.id)).output_text, textOf(seen));
  },
  async delete_and_errors() {
    const answer = await interactions.create({ model, input: "Hello" });
    await interactions.delete(answer.id);
    await assert.rejects(interactions.get(answer.id), { status: 404 });
    await assert.rejects(interactions.create({ model: "gemini-0", input: "Hi" }), { status: 404 });
    const generation_config = { temperature: 9 };
    const wrong = interactions.create({ model, input: "Hi", generation_config });
    await assert.rejects(wrong, { status: 400 });
  },
});
