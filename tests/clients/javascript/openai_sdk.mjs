// OpenAI's SDK for JavaScript at /v1beta/openai/.
import OpenAI from "openai";
import {
  assert, KEY, OPENAI_URL, PARAMETERS, run, SIGN, SKY, tellsTheWeather, WEATHER,
} from "./session.mjs";

const client = new OpenAI({ baseURL: OPENAI_URL, apiKey: KEY, maxRetries: 0 });
const model = "gemini-3.8-flash";
const user = (content) => [{ role: "user", content }];
const tools = [
  {
    type: "function",
    function: { name: "get_weather", description: "The weather", parameters: PARAMETERS },
  },
];

await run({
  async generate() {
    const said = await client.chat.completions.create({ model, messages: user("Hello") });
    assert.ok(said.choices[0].message.content.includes("Hello"));
    assert.ok(said.usage.total_tokens > 0);
  },
  async stream() {
    const stream_options = { include_usage: true };
    const chunks = [];
    const stream = await client.chat.completions.create({
      model, messages: user("Hello"), stream: true, stream_options,
    });
    for await (const chunk of stream) chunks.push(chunk);
    const text = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join("");
    assert.ok(text.includes("Hello"));
    assert.ok(chunks.at(-1).usage.total_tokens > 0);
  },
  async tools() {
    const messages = user(WEATHER);
    const asked = await client.chat.completions.create({ model, messages, tools });
    messages.push(asked.choices[0].message);
    assert.equal(messages[1].tool_calls.length, 2);
    for (const call of messages[1].tool_calls) {
      const { city } = JSON.parse(call.function.arguments);
      messages.push({ role: "tool", tool_call_id: call.id, content: SKY[city] });
    }
    const told = await client.chat.completions.create({ model, messages, tools });
    tellsTheWeather(told.choices[0].message.content);
  },
  async run_tools() {
    const runner = client.chat.completions.runTools({
      model: "gemini-2.5-flash", // the helper gives no thought signatures back
      messages: user(WEATHER),
      tools: [
        {
          type: "function",
          function: {
            ...tools[0].function,
            parse: JSON.parse,
            function: ({ city }) => SKY[city],
          },
        },
      ],
    });
    tellsTheWeather(await runner.finalContent());
  },
  async schema() {
    const schema = {
      type: "object",
      properties: { name: { type: "string" }, age: { type: "integer" } },
      required: ["name", "age"],
      additionalProperties: false,
    };
    const said = await client.chat.completions.create({
      model,
      messages: user("This is Ada, she is 36"),
      response_format: { type: "json_schema", json_schema: { name: "person", schema } },
    });
    const made = JSON.parse(said.choices[0].message.content);
    assert.deepEqual(made, { name: "Ada", age: 36 });
  },
  async image() {
    const url = `data:image/png;base64,${SIGN.toString("base64")}`;
    const said = await client.chat.completions.create({
      model,
      messages: user([{ type: "image_url", image_url: { url } }]),
    });
    assert.ok(said.choices[0].message.content.includes("image/png"));
  },
  async embeddings() {
    const input = ["a cat", "a dog"];
    const made = await client.embeddings.create({ model: "gemini-embedding-001", input });
    assert.deepEqual(made.data.map((one) => one.embedding.length), [3072, 3072]);
  },
  async models() {
    const ids = [];
    for await (const one of await client.models.list()) ids.push(one.id);
    assert.ok(ids.includes(`models/${model}`));
  },
  async errors() {
    const unknown = client.chat.completions.create({ model: "gpt-5", messages: user("Hi") });
    await assert.rejects(unknown, { status: 404 });
    const wrong = client.chat.completions.create({ model, messages: user("Hi"), temperature: 9 });
    await assert.rejects(wrong, { status: 400 });
  },
});
