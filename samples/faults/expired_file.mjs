// Upload a file again when the one at the Files API is gone: they are kept for 48 hours.
import { ApiError, createPartFromUri, GoogleGenAI } from "@google/genai";

const ai = new GoogleGenAI({ apiKey: process.env.GEMINI_API_KEY });
const original = new Blob(["The ferry to Heron Island leaves at 10:15."], { type: "text/plain" });

// The original, stored at the Files API.
function upload() {
  return ai.files.upload({ file: original, config: { mimeType: "text/plain" } });
}

async function ask(prompt, file) {
  const contents = [createPartFromUri(file.uri, file.mimeType), prompt];
  return (await ai.models.generateContent({ model: "gemini-3.8-flash", contents })).text;
}

async function generate(prompt, file) {
  try {
    return await ask(prompt, file);
  } catch (error) {
    if (!(error instanceof ApiError) || ![403, 404].includes(error.status)) throw error;
    console.log("The file is gone. Uploading it again");
  }
  return ask(prompt, await upload());
}

console.log(await generate("When does the ferry leave?", await upload()));
