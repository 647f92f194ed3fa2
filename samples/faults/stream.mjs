// Keep what arrived when a stream is late, cut, silent, or no JSON any more.
import { GoogleGenAI } from "@google/genai";

const SILENCE = 6000; // milliseconds without a chunk; a model that thinks needs more
const ai = new GoogleGenAI({ apiKey: process.env.GEMINI_API_KEY });

// What arrived, and whether that is all of it: only a finish reason says so.
async function generate(prompt) {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), SILENCE);
  let text = "";
  let finished = false;
  try {
    const stream = await ai.models.generateContentStream({
      model: "gemini-3.8-flash",
      contents: prompt,
      config: { abortSignal: silence.signal },
    });
    for await (const chunk of stream) {
      timer.refresh();
      text += chunk.text ?? "";
      finished ||= Boolean(chunk.candidates?.[0]?.finishReason);
    }
  } catch (error) {
    console.log(`The stream broke: ${error.name}`);
  } finally {
    clearTimeout(timer);
  }
  return { text, finished };
}

const { text, finished } = await generate("Name three moons of Jupiter.");
console.log(text);
console.log(finished ? "That is all of it." : "This is not the whole answer. Send it again?");
