// Runs in the page before anything else and notes, by the page's clock, what a person would
// see: when the chat could be used, when Enter or Stop was pressed, when each chunk's text was
// in the document, when Streamlit's script ran and ended. SELECTORS is put in by browser.py.
(() => {
  if (window !== window.top) return;

  const STATE = "data-test-script-state";
  const SETTLED_MS = 300; // a rerun right after a run still belongs to it
  const now = () => performance.timeOrigin + performance.now();
  const app = () => document.querySelector(SELECTORS.app);
  const mark = (tag, index) => tag + String(index).padStart(4, "0");

  const page = { ready: null, state: null, since: null };
  let asked = null;
  let waiting = [];

  function noteState() {
    const state = app()?.getAttribute(STATE) ?? null;
    if (state === page.state) return;
    page.state = state;
    page.since = now();
  }

  function noteReady() {
    const input = document.querySelector(SELECTORS.input);
    if (input && !input.disabled) page.ready = now();
  }

  // Only the last message is read: it is the answer, or the answer isn't there yet.
  function noteText() {
    const message = [...document.querySelectorAll(SELECTORS.message)].at(-1);
    const text = message?.textContent ?? "";
    while (asked.seen.length < asked.count) {
      if (!text.includes(mark(asked.tag, asked.seen.length))) return;
      asked.seen.push(now());
    }
  }

  function wake() {
    waiting = waiting.filter(({ condition, resolve }) => {
      if (!condition()) return true;
      resolve();
      return false;
    });
  }

  function until(condition) {
    return new Promise((resolve) => {
      waiting.push({ condition, resolve });
      wake();
    });
  }

  new MutationObserver(() => {
    if (page.ready === null) noteReady();
    noteState();
    if (asked) noteText();
    wake();
  }).observe(document, {
    subtree: true,
    childList: true,
    characterData: true,
    attributes: true,
    attributeFilter: [STATE, "disabled"],
  });

  // Capture phase on the window: before any handler of the page has spent time.
  window.addEventListener(
    "keydown",
    (event) => {
      if (asked && event.key === "Enter") asked.enter ??= now();
    },
    true,
  );
  window.addEventListener(
    "click",
    (event) => {
      if (asked && event.target.closest(asked.stopButton)) asked.stop ??= now();
    },
    true,
  );

  async function idle() {
    for (;;) {
      await until(() => page.state === "notRunning");
      const since = page.since;
      await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
      if (page.state === "notRunning" && page.since === since) return since;
    }
  }

  window.bench = {
    // Milliseconds from the navigation until the prompt could be typed.
    ready: async () => {
      await until(() => page.ready !== null);
      return page.ready - performance.timeOrigin;
    },
    idle,
    // Watch for an answer of `count` chunks marked with `tag`.
    ask: (tag, count, stopButton) => {
      asked = { tag, count, stopButton, enter: null, stop: null, seen: [] };
    },
    seen: (count) => until(() => asked.seen.length >= count),
    result: async () => ({ ...asked, idle: await idle() }),
  };
})();
