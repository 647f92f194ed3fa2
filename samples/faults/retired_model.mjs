// Choose another model when the one in the settings is no longer there.
import { ApiError, GoogleGenAI } from "@google/genai";

const ai = new GoogleGenAI({ apiKey: process.env.GEMINI_API_KEY });
const MODEL = process.env.GEMINI_MODEL ?? "gemini-2.0-flash-001";

// The models that generate content; first those of the same family, such as Flash.
async function modelsLike(name) {
  const family = name.split("-")[2];
  const names = [];
  for await (const model of await ai.models.list()) {
    const other = model.name.replace("models/", "");
    if (other !== name && model.supportedActions?.includes("generateContent")) names.push(other);
  }
  return names.sort((one, two) => two.includes(family) - one.includes(family));
}

async function generate(prompt) {
  try {
    return (await ai.models.generateContent({ model: MODEL, contents: prompt })).text;
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error;
  }
  const [other] = await modelsLike(MODEL);
  console.log(`${MODEL} is no longer there. Using ${other}: set GEMINI_MODEL to change that`);
  return (await ai.models.generateContent({ model: other, contents: prompt })).text;
}

console.log(await generate("Name three moons of Jupiter."));
