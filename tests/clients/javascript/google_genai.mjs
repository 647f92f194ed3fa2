// Google's SDK for JavaScript.
import { GoogleGenAI, Type } from "@google/genai";
import {
  assert, KEY, PARAMETERS, run, SIGN, SKY, tellsTheWeather, URL_, WEATHER,
} from "./session.mjs";

const ai = new GoogleGenAI({ apiKey: KEY, httpOptions: { baseUrl: URL_ } });
const model = "gemini-3.8-flash";
const tools = [
  {
    functionDeclarations: [
      { name: "get_weather", description: "The weather", parametersJsonSchema: PARAMETERS },
    ],
  },
];

function answers(calls) {
  return calls.map((call) => ({
    functionResponse: { id: call.id, name: call.name, response: { sky: SKY[call.args.city] } },
  }));
}

await run({
  async generate() {
    const config = { systemInstruction: "Be brief.", temperature: 0.5 };
    const said = await ai.models.generateContent({ model, contents: "Hello", config });
    assert.ok(said.text.includes("Hello"));
    assert.ok(said.usageMetadata.totalTokenCount > 0);
  },
  async stream() {
    const texts = [];
    for await (const chunk of await ai.models.generateContentStream({ model, contents: "Hello" })) {
      texts.push(chunk.text ?? "");
    }
    assert.ok(texts.length > 1);
    assert.ok(texts.join("").includes("Hello"));
  },
  async tools_in_a_chat() {
    const chat = ai.chats.create({ model, config: { tools } });
    const asked = await chat.sendMessage({ message: WEATHER });
    assert.equal(asked.functionCalls.length, 2);
    tellsTheWeather((await chat.sendMessage({ message: answers(asked.functionCalls) })).text);
  },
  async streamed_tools_in_a_chat() {
    const chat = ai.chats.create({ model, config: { tools } });
    const calls = [];
    for await (const chunk of await chat.sendMessageStream({ message: WEATHER })) {
      calls.push(...(chunk.functionCalls ?? []));
    }
    assert.equal(calls.length, 2);
    let text = "";
    for await (const chunk of await chat.sendMessageStream({ message: answers(calls) })) {
      text += chunk.text ?? "";
    }
    tellsTheWeather(text);
  },
  async schema() {
    const said = await ai.models.generateContent({
      model,
      contents: "This is Ada, she is 36",
      config: {
        responseMimeType: "application/json",
        responseSchema: {
          type: Type.OBJECT,
          properties: { name: { type: Type.STRING }, age: { type: Type.INTEGER } },
          required: ["name", "age"],
        },
      },
    });
    assert.deepEqual(JSON.parse(said.text), { name: "Ada", age: 36 });
  },
  async image() {
    const inlineData = { mimeType: "image/png", data: SIGN.toString("base64") };
    const said = await ai.models.generateContent({
      model,
      contents: ["What is this?", { inlineData }],
    });
    assert.ok(said.text.includes("image/png"));
  },
  async files() {
    const file = await ai.files.upload({ file: new Blob([SIGN], { type: "image/png" }) });
    let state = file.state;
    while (state === "PROCESSING") state = (await ai.files.get({ name: file.name })).state;
    assert.equal(state, "ACTIVE");
    await ai.files.delete({ name: file.name });
  },
  async embeddings() {
    const contents = ["a cat", "a dog"];
    const made = await ai.models.embedContent({ model: "gemini-embedding-001", contents });
    assert.deepEqual(made.embeddings.map((one) => one.values.length), [3072, 3072]);
  },
  async models() {
    const names = [];
    for await (const one of await ai.models.list()) names.push(one.name);
    assert.ok(names.includes(`models/${model}`));
  },
  async errors() {
    const unknown = ai.models.generateContent({ model: "gemini-0", contents: "Hi" });
    await assert.rejects(unknown, { status: 404 });
    const config = { temperature: 9 };
    const wrong = ai.models.generateContent({ model, contents: "Hi", config });
    await assert.rejects(wrong, { status: 400 });
  },
});
