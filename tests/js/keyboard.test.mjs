// Units of components/keyboard.js and components/accessibility.js, as `node --test` runs them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const components = new URL("../../components/", import.meta.url);
const load = (name) => {
  const source = readFileSync(new URL(name, components), "utf-8");
  return import(`data:text/javascript;base64,${Buffer.from(source).toString("base64")}`);
};
const { Recall, isTyped, nameOf } = await load("keyboard.js");

// A field of text with its caret at a place, at its end by default; and the prompts that were sent.
const field = (value, at = value.length, end = at) => ({ value, selectionStart: at, selectionEnd: end });
const earlier = () => ["newest", "two\nlines", "oldest"];
const up = (recall, shown) => recall.move(1, shown, earlier);
const down = (recall, shown) => recall.move(-1, shown, earlier);

test("arrow up goes through the prompts from an empty field, and stops at the oldest", () => {
  const recall = new Recall();
  assert.equal(up(recall, field("")), "newest");
  assert.equal(up(recall, field("newest")), "two\nlines");
  assert.equal(up(recall, field("two\nlines")), "oldest");
  assert.equal(up(recall, field("oldest")), null);
  assert.equal(down(recall, field("oldest")), "two\nlines");
});

test("a draft comes back, and is left alone unless the caret is at its start", () => {
  const recall = new Recall();
  assert.equal(up(recall, field("a draft")), null);
  assert.equal(up(recall, field("a draft", 3)), null);
  assert.equal(up(recall, field("a draft", 0, 7)), null); // all of it is selected
  assert.equal(up(recall, field("a draft", 0)), "newest");
  assert.equal(down(recall, field("newest")), "a draft");
  assert.equal(down(recall, field("a draft")), null);
});

test("the caret moves in a prompt that was brought back and changed", () => {
  const recall = new Recall();
  up(recall, field(""));
  up(recall, field("newest"));
  assert.equal(up(recall, field("two\nlines!")), null);
  assert.equal(up(recall, field("two\nlines", 4)), null);
  assert.equal(down(recall, field("two\nlines", 4)), null);
});

test("what was changed in a prompt that was brought back is there again", () => {
  const recall = new Recall();
  up(recall, field("a draft", 0));
  assert.equal(up(recall, field("newest, changed", 0)), "two\nlines");
  assert.equal(down(recall, field("two\nlines")), "newest, changed");
  assert.equal(down(recall, field("newest, changed")), "a draft");
});

test("a draft is remembered where another prompt was sent from its field", () => {
  const recall = new Recall();
  up(recall, field("a draft", 0));
  assert.deepEqual(recall.sent("newest"), ["a draft", "newest"]);
  assert.deepEqual(recall.sent("another"), ["another"]);
  assert.deepEqual(recall.sent(" \n"), []);
});

test("without earlier prompts the arrow keys do what they always do", () => {
  const recall = new Recall();
  assert.equal(recall.move(1, field(""), () => []), null);
  assert.equal(recall.move(-1, field(""), () => []), null);
});

const press = (key, more = {}) => ({ key, code: /^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : "", ...more });

test("keys have the names that the table of shortcuts has", () => {
  assert.equal(nameOf(press("v")), "V");
  assert.equal(nameOf(press("V", { shiftKey: true })), "Shift+V");
  assert.equal(nameOf(press("V")), "V"); // caps lock
  assert.equal(nameOf(press("?", { shiftKey: true })), "?");
  assert.equal(nameOf(press("/", { shiftKey: true })), "/"); // on a German keyboard
  assert.equal(nameOf(press("Enter", { shiftKey: true })), "Shift+Enter");
  assert.equal(nameOf(press("ArrowUp")), "ArrowUp");
  assert.equal(nameOf(press("т", { code: "KeyN" })), "N"); // the key of N on a Russian keyboard
  assert.equal(nameOf(press("é", { code: "Digit2" })), "é");
});

test("Cmd is a Mac's Ctrl", () => {
  const [ctrl, cmd] = [{ ctrlKey: true }, { metaKey: true }];
  assert.equal(nameOf(press("Enter", ctrl), false), "Mod+Enter");
  assert.equal(nameOf(press("Enter", cmd), false), "");
  assert.equal(nameOf(press("Enter", cmd), true), "Mod+Enter");
  assert.equal(nameOf(press("Enter", ctrl), true), "");
  assert.equal(nameOf(press("n", ctrl), false), "Mod+N"); // the browser's: no shortcut of ours
});

test("keys that compose a character, or type one with Alt, are no shortcuts", () => {
  assert.equal(nameOf(press("Enter", { isComposing: true })), "");
  assert.equal(nameOf(press("n", { keyCode: 229 })), "");
  assert.equal(nameOf(press("ñ", { altKey: true })), "");
  assert.equal(nameOf(press("?", { altKey: true, ctrlKey: true })), "");
});

test("a button or a switch isn't typed into", () => {
  const element = (tagName, type) => ({ tagName, type, closest: () => ({ tagName, type }) });
  assert.equal(isTyped(element("TEXTAREA")), true);
  assert.equal(isTyped(element("INPUT", "text")), true);
  assert.equal(isTyped(element("INPUT", "checkbox")), false);
  assert.equal(isTyped({ closest: () => null }), false);
  assert.equal(isTyped({}), false); // the document
});
