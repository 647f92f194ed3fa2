// Say where the key comes from when it is refused, and never what it is.
import { ApiError, GoogleGenAI } from "@google/genai";

const ai = new GoogleGenAI({ apiKey: process.env.GEMINI_API_KEY });

function isAboutTheKey(error) {
  if (!(error instanceof ApiError)) return false;
  return error.status === 401 || error.message.includes("API_KEY_INVALID");
}

async function generate(prompt) {
  try {
    const response = await ai.models.generateContent({ model: "gemini-3.8-flash", contents: prompt });
    return response.text;
  } catch (error) {
    if (!isAboutTheKey(error)) throw error;
    console.error("The key in GEMINI_API_KEY was refused. Check it in Google AI Studio.");
    process.exit(1);
  }
}

console.log(await generate("Name three moons of Jupiter."));
