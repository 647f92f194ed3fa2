// Tells the server once that the browser has nothing to do: what is shown first is on the screen.

const AFTER = 200 // ms in which more of the page may still come
const whenIdle = window.requestIdleCallback ?? (tell => setTimeout(tell, AFTER))

export default function ({ setTriggerValue }) {
  const timer = setTimeout(() => whenIdle(() => setTriggerValue("idle", true)), AFTER)
  return () => clearTimeout(timer)
}
