// Send it again when the API can't answer for now: 429, 500, 503.
import { setTimeout as sleep } from "node:timers/promises";
import { ApiError, GoogleGenAI } from "@google/genai";

const WORTH_ANOTHER_TRY = [408, 429, 500, 502, 503, 504];
const ai = new GoogleGenAI({ apiKey: process.env.GEMINI_API_KEY });

// What RetryInfo asks for; without one, longer each time, and never all clients at once.
function secondsToWait(error, attempt) {
  const asked = /"retryDelay":\s*"([\d.]+)s"/.exec(error.message);
  return asked ? Number(asked[1]) : Math.min(2 ** (attempt - 1), 30) * (0.5 + Math.random() / 2);
}

async function generate(prompt, attempts = 5) {
  for (let attempt = 1; ; attempt++) {
    try {
      const response = await ai.models.generateContent({ model: "gemini-3.8-flash", contents: prompt });
      return response.text;
    } catch (error) {
      const again = error instanceof ApiError && WORTH_ANOTHER_TRY.includes(error.status);
      if (!again || attempt === attempts) throw error;
      const seconds = secondsToWait(error, attempt);
      console.log(`${error.status}: trying again in ${seconds.toFixed(1)} s`);
      await sleep(seconds * 1000);
    }
  }
}

console.log(await generate("Name three moons of Jupiter."));
