// Check JSON where the error can be caught, and ask again with what was wrong.
import { GoogleGenAI, Type } from "@google/genai";

const ai = new GoogleGenAI({ apiKey: process.env.GEMINI_API_KEY });
const config = {
  responseMimeType: "application/json",
  responseSchema: {
    type: Type.OBJECT,
    properties: { name: { type: Type.STRING }, born: { type: Type.INTEGER } },
    required: ["name", "born"],
  },
};

function readPerson(text) {
  const person = JSON.parse(text);
  if (typeof person.name !== "string") throw new TypeError("name is no text");
  if (!Number.isInteger(person.born)) throw new TypeError("born is no whole number");
  return person;
}

async function generate(prompt, attempts = 3) {
  let correction = "";
  for (let attempt = 0; attempt < attempts; attempt++) {
    const contents = prompt + correction;
    const response = await ai.models.generateContent({ model: "gemini-3.8-flash", contents, config });
    try {
      return readPerson(response.text ?? "");
    } catch (error) {
      console.log(`Not what was asked for: ${error.message}. Asking again`);
      correction = `\n\nYour last answer could not be read: ${error.message}.`;
    }
  }
  throw new Error(`No valid JSON after ${attempts} attempts`);
}

console.log(await generate("Ada Lovelace was born in 1815."));
