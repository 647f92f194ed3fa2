// Units of components/player/keys.js, as `node --test` runs them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const source = readFileSync(new URL("../../components/player/keys.js", import.meta.url), "utf-8");
const { wayOf } = await import(
  `data:text/javascript;base64,${Buffer.from(source).toString("base64")}`
);

// A key that is pressed in an element whose ancestors are these, by tag or `role=...`.
const pressed = (key, ancestors = [], value, more = {}) => {
  const element = (selector) => {
    const parts = selector.split(", ").map((each) => each.replace(/[[\]]/g, ""));
    return ancestors.some((each) => parts.includes(each)) ? { value } : null;
  };
  return { key, composedPath: () => [{ closest: element }], ...more };
};

test("the keys of a clicker and the arrows turn to the next scene and back", () => {
  const ways = ["PageDown", "ArrowRight", "PageUp", "ArrowLeft", "Enter"].map((key) => wayOf(pressed(key)));
  assert.deepEqual(ways, ["next", "next", "back", "back", null]);
});

test("arrows move the caret in a field, and a clicker works in an empty one", () => {
  assert.equal(wayOf(pressed("ArrowRight", ["textarea"], "")), null);
  assert.equal(wayOf(pressed("PageDown", ["textarea"], "")), "next");
  assert.equal(wayOf(pressed("PageDown", ["textarea"], "half a thought")), null);
});

test("a slider, tabs, a choice and a player keep their keys", () => {
  for (const role of ["role=slider", "role=tablist", "role=radiogroup", "video"]) {
    assert.equal(wayOf(pressed("ArrowRight", [role])), null);
  }
});

test("a key that is held, or pressed with another one, turns nothing", () => {
  for (const more of [{ repeat: true }, { ctrlKey: true }, { altKey: true }, { defaultPrevented: true }]) {
    assert.equal(wayOf(pressed("PageDown", [], undefined, more)), null);
  }
});
