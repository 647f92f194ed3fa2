// Runs in the page before anything else and notes, by the page's clock, what a person would
// see: when the chat could be used, when Enter or Stop was pressed, when each chunk's text was
// in the document, when the page was at rest. SCREEN is put in by browser.py.
(() => {
  if (window !== window.top) return;

  const SETTLED_MS = 300; // what follows a rest at once still belongs to what was before
  const now = () => performance.timeOrigin + performance.now();
  const mark = (tag, index) => tag + String(index).padStart(4, "0");
  const resting = () => document.querySelector(SCREEN.app)?.matches(SCREEN.rests) ?? false;

  const page = { ready: null, rests: false, since: null };
  let asked = null;
  let waiting = [];

  function noteState() {
    const rests = resting();
    if (rests === page.rests) return;
    page.rests = rests;
    page.since = now();
  }

  function noteReady() {
    const input = document.querySelector(SCREEN.ready || SCREEN.input);
    if (input && !input.disabled) page.ready = now();
  }

  // Only the last messages are read: they are the answers, or the answers aren't there yet.
  function noteText() {
    const texts = [...document.querySelectorAll(SCREEN.message)]
      .slice(-SCREEN.answers)
      .map((message) => message.textContent);
    if (texts.length < SCREEN.answers) return;
    while (asked.seen.length < asked.count) {
      const next = mark(asked.tag, asked.seen.length);
      if (!texts.every((text) => text.includes(next))) return;
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
    attributeFilter: ["data-test-script-state", "disabled", "contenteditable"],
  });

  // Capture phase on the window: before any handler of the page has spent time.
  window.addEventListener(
    "keydown",
    (event) => {
      if (asked && !SCREEN.send && event.key === "Enter") asked.enter ??= now();
    },
    true,
  );
  window.addEventListener(
    "click",
    (event) => {
      if (!asked) return;
      if (SCREEN.send && event.target.closest(SCREEN.send)) asked.enter ??= now();
      if (event.target.closest(SCREEN.stop)) asked.stop ??= now();
    },
    true,
  );

  async function idle() {
    for (;;) {
      await until(() => page.rests);
      const since = page.since;
      await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
      if (page.rests && page.since === since) return since;
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
    ask: (tag, count) => {
      asked = { tag, count, enter: null, stop: null, seen: [] };
    },
    seen: (count) => until(() => asked.seen.length >= count),
    result: async () => ({ ...asked, idle: await idle() }),
  };
})();
