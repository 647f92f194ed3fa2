// What every session here shares: where the emulator is, and how the steps' outcomes are told.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

export { assert };
export const URL_ = process.env.EMULATOR_URL;
export const OPENAI_URL = `${URL_}/v1beta/openai/`;
export const SLOW_URL = process.env.SLOW_URL; // a twentieth of a second between two pieces
export const KEY = "any-key";
export const SIGN = readFileSync(process.env.SIGN);
export const SKY = { Paris: "grey", Rome: "sunny" };
export const WEATHER = "What is the weather in Paris and Rome?";
export const PARAMETERS = {
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
};

export function tellsTheWeather(text) {
  for (const word of ["Paris", "grey", "Rome", "sunny"]) assert.ok(text.includes(word), text);
}

// Runs the steps one after another; for each, its outcome as JSON: "ok" or the error.
export async function run(steps) {
  const outcomes = {};
  for (const [name, step] of Object.entries(steps)) {
    try {
      await step();
      outcomes[name] = "ok";
    } catch (error) {
      outcomes[name] = String(error?.stack ?? error);
    }
  }
  process.stdout.write(JSON.stringify(outcomes));
}
