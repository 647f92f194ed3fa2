// Loads what later answers are drawn with, once the page is drawn and the browser has nothing else
// to do. The server isn't told: a run of the script at such a moment would come between a person
// and the page.

const LOOK_EVERY = 300 // ms
const DRAWN_WITHIN = 200 // ms
const RUNNING = "[data-testid=stApp]:not([data-test-script-state=notRunning])"
const MARKDOWN = ".st-key-unseen [data-testid=stPopover] button"
const DRAWN = ".st-key-preload"
const OPEN = "[data-testid=stPopoverBody], [role=dialog], [role=listbox]" // a click would close it
const whenIdle = window.requestIdleCallback ?? (load => setTimeout(load, LOOK_EVERY))
let begun = false

function drawMarkdown() {
  const button = document.querySelector(MARKDOWN)
  if (!button || document.querySelector(OPEN)) return
  button.click()
  setTimeout(() => {
    const open = document.querySelectorAll(OPEN)
    // One that somebody has opened meanwhile has closed it, and would be closed by the click.
    if (open.length === 1 && open[0].querySelector(DRAWN)) button.click()
  }, DRAWN_WITHIN)
}

export default function ({ data }) {
  if (begun) return
  begun = true
  const load = () => {
    const scripts = data.scripts.map(script => import(new URL(script, document.baseURI).href))
    Promise.all(scripts).then(drawMarkdown)
  }
  const look = () => {
    const drawn = !document.querySelector(`${RUNNING}, [data-testid=stSkeleton]`)
    if (drawn) whenIdle(load)
    else setTimeout(look, LOOK_EVERY)
  }
  setTimeout(look, LOOK_EVERY)
}
