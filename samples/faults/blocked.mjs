// Look at why there is no answer, or why it ends early, before using the text.
import { GoogleGenAI } from "@google/genai";

const BLOCKED = ["SAFETY", "RECITATION", "PROHIBITED_CONTENT", "BLOCKLIST", "SPII", "LANGUAGE"];
const ai = new GoogleGenAI({ apiKey: process.env.GEMINI_API_KEY });

// The answer; null, with a word for the reader, where it was blocked.
async function generate(prompt) {
  const response = await ai.models.generateContent({ model: "gemini-3.8-flash", contents: prompt });
  const blocked = response.promptFeedback?.blockReason;
  if (blocked) {
    console.log(`The prompt was blocked (${blocked}). Please ask another way.`);
    return null;
  }
  const reason = response.candidates[0].finishReason;
  if (BLOCKED.includes(reason)) {
    console.log(`The answer was blocked (${reason}). Please ask another way.`);
    return null;
  }
  return response.text;
}

console.log(await generate("Name three moons of Jupiter."));
