// Starts a demo over when nobody has touched it for a while, after a countdown that any touch ends.
// Never while an answer is written (the page's script runs then) or something is being played; a
// page that nobody has used yet has nothing to start over from. The server decides: it is told that
// time is up, and `start` in its data is where the browser is to go.
const WARNING = 20_000 // ms; as long as WCAG 2.2.1 asks for
const LOOK_EVERY = 250 // ms
const TOUCHES = ["pointerdown", "pointermove", "touchmove", "wheel", "keydown", "input"]
const PAUSED = ".st-key-player-paused" // a recording that waits for somebody to go on
const RUNNING = "[data-testid=stApp]:not([data-test-script-state=notRunning])"

// Of the tab: what is here outlasts this component, which is drawn anew on each page.
const visit = (window.playgroundVisit ??= { used: false, touched: Date.now() })

export default function ({ data, parentElement, setTriggerValue }) {
  parentElement.stop?.()
  if (data.start) leave(data.start)
  if (data.start || !data.idle) return
  const box = parentElement.querySelector(".countdown")
  let end = 0 // when the countdown does, and 0 while there is none
  const show = (shown) => {
    box.hidden = !shown
    if (box.showPopover && shown !== box.matches(":popover-open")) box.togglePopover(shown)
  }
  const stay = () => {
    visit.touched = Date.now()
    end = 0
    show(false)
  }
  const touch = (event) => {
    if (event.type !== "pointermove") visit.used = true
    stay()
  }
  const look = () => {
    const now = Date.now()
    const runs = document.querySelector(RUNNING) && !document.querySelector(PAUSED)
    if (runs || plays()) return stay()
    if (!visit.used || now - visit.touched < data.idle * 1000 - WARNING) return
    if (!end) {
      end = now + WARNING
      show(true)
    }
    const left = Math.ceil((end - now) / 1000)
    box.querySelector("b").textContent = `${Math.max(left, 0)} s.`
    if (left > 0) return
    stay()
    setTriggerValue("idle", true)
  }
  TOUCHES.forEach(kind => document.addEventListener(kind, touch, { capture: true, passive: true }))
  const timer = setInterval(look, LOOK_EVERY)
  parentElement.stop = () => {
    clearInterval(timer)
    TOUCHES.forEach(kind => document.removeEventListener(kind, touch, { capture: true }))
    show(false)
  }
  return parentElement.stop
}

function plays() {
  return [...document.querySelectorAll("video, audio")].some(each => !each.paused && !each.ended)
}

function leave(start) {
  sessionStorage.clear()
  window.addEventListener("pageshow", event => event.persisted && location.reload())
  location.replace(new URL(start, document.baseURI))
}
