// Has an answer that stands below its form seen: scrolls to it as it begins and while it grows, but
// not further than that its begin is near the top; and not once somebody has touched the page.
const BEGIN = 0.3 // of the window's height
const END = 24 // px from its lower edge
const TOUCHED = ["wheel", "touchstart", "pointerdown", "keydown"]

export default function ({ data, parentElement }) {
  parentElement.stop?.()
  const place = parentElement.getRootNode().host ?? parentElement
  const answer = place.closest(".st-key-answer-in-view")
  const main = answer?.closest("[data-testid=stMain]")
  if (!main) return
  const [navigation] = performance.getEntriesByType("navigation")
  const reloaded = !window.playgroundInView && navigation?.type === "reload"
  if (window.playgroundInView?.run !== data.run)
    window.playgroundInView = { run: data.run, touched: reloaded }
  const state = window.playgroundInView
  if (state.touched) return

  const look = () => {
    const { top, bottom } = answer.getBoundingClientRect()
    const by = Math.min(top - innerHeight * BEGIN, bottom + END - innerHeight)
    if (by > 0) main.scrollTop += by
  }
  const observer = new ResizeObserver(look)
  const touched = () => {
    state.touched = true
    parentElement.stop()
  }
  observer.observe(answer)
  for (const each of TOUCHED) document.addEventListener(each, touched, true)
  parentElement.stop = () => {
    observer.disconnect()
    for (const each of TOUCHED) document.removeEventListener(each, touched, true)
  }
  return parentElement.stop
}
