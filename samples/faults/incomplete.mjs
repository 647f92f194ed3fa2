// Ask again when an answer was cut short, came empty, or was to be a call and went wrong.
import { GoogleGenAI } from "@google/genai";

const ai = new GoogleGenAI({ apiKey: process.env.GEMINI_API_KEY });

async function generate(prompt, room = 1000, attempts = 3) {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const response = await ai.models.generateContent({
      model: "gemini-3.8-flash",
      contents: prompt,
      config: { maxOutputTokens: room },
    });
    const { content, finishReason } = response.candidates[0];
    if (finishReason === "MAX_TOKENS") {
      room *= 2; // thoughts count as well
    } else if (finishReason === "STOP" && content?.parts?.length) {
      return response.text;
    }
    console.log(`No whole answer (${finishReason}). Asking again, with room for ${room} tokens`);
  }
  throw new Error(`No whole answer after ${attempts} attempts`);
}

console.log(await generate("Name three moons of Jupiter."));
