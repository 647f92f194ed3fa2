// Sends what was typed or clicked as the browser's event ends. Streamlit does so by a timer of no
// time (`scheduleFlush` of its `WidgetStateManager`), and Chromium has timers wait until it has drawn
// what a key or a click changed: 10 ms. A microtask doesn't wait, and what one event has to send goes
// together as before.
{
  const wait = window.setTimeout
  window.setTimeout = (act, ...rest) =>
    rest[0] === 0 && String(act).includes("sendUpdateWidgetsMessage")
      ? queueMicrotask(act)
      : wait(act, ...rest)
}
