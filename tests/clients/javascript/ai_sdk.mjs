// Vercel's AI SDK with its provider for Gemini.
import { createGoogleGenerativeAI } from "@ai-sdk/google";
import { embedMany, generateObject, generateText, jsonSchema, stepCountIs, streamText, tool } from "ai";
import {
  assert, KEY, PARAMETERS, run, SIGN, SKY, tellsTheWeather, URL_, WEATHER,
} from "./session.mjs";

const google = createGoogleGenerativeAI({ apiKey: KEY, baseURL: `${URL_}/v1beta` });
const model = google("gemini-3.8-flash");
const tools = {
  get_weather: tool({
    description: "The weather",
    inputSchema: jsonSchema(PARAMETERS),
    execute: async ({ city }) => ({ sky: SKY[city] }),
  }),
};
const stopWhen = stepCountIs(4);

await run({
  async generate() {
    const said = await generateText({ model, system: "Be brief.", prompt: "Hello", maxRetries: 0 });
    assert.ok(said.text.includes("Hello"));
    assert.ok(said.usage.totalTokens > 0);
  },
  async stream() {
    const texts = [];
    for await (const text of streamText({ model, prompt: "Hello", maxRetries: 0 }).textStream) {
      texts.push(text);
    }
    assert.ok(texts.length > 1);
    assert.ok(texts.join("").includes("Hello"));
  },
  async tools() {
    const said = await generateText({ model, prompt: WEATHER, tools, stopWhen, maxRetries: 0 });
    assert.equal(said.steps[0].toolCalls.length, 2);
    tellsTheWeather(said.text);
  },
  async streamed_tools() {
    const said = streamText({ model, prompt: WEATHER, tools, stopWhen, maxRetries: 0 });
    await said.consumeStream();
    tellsTheWeather(await said.text);
  },
  async schema() {
    const schema = jsonSchema({
      type: "object",
      properties: { name: { type: "string" }, age: { type: "integer" } },
      required: ["name", "age"],
    });
    const made = await generateObject({
      model, schema, prompt: "This is Ada, she is 36", maxRetries: 0,
    });
    assert.deepEqual(made.object, { name: "Ada", age: 36 });
  },
  async image() {
    const content = [
      { type: "text", text: "What is this?" },
      { type: "image", image: SIGN },
    ];
    const said = await generateText({ model, messages: [{ role: "user", content }], maxRetries: 0 });
    assert.ok(said.text.includes("image/png"));
  },
  async embeddings() {
    const made = await embedMany({
      model: google.textEmbeddingModel("gemini-embedding-001"), values: ["a cat", "a dog"],
    });
    assert.deepEqual(made.embeddings.map((one) => one.length), [3072, 3072]);
  },
  async errors() {
    const unknown = generateText({ model: google("gemini-0"), prompt: "Hi", maxRetries: 0 });
    await assert.rejects(unknown, { statusCode: 404 });
    const wrong = generateText({ model, prompt: "Hi", temperature: 9, maxRetries: 0 });
    await assert.rejects(wrong, { statusCode: 400 });
  },
});
