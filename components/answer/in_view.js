// Has an answer that stands below its form seen: scrolls to it as it begins and while it grows, but
// not further than that its begin is near the top; and not once somebody has touched the page. And
// keeps its room for a moment when something in it is clicked: a tab that is empty until the script
// has drawn it would make the page short, and have it jump.
const BEGIN = 0.3 // of the window's height
const END = 24 // px from its lower edge
const DRAWN = 1500 // ms, in which what was clicked is drawn
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

  const look = () => {
    const { top, bottom } = answer.getBoundingClientRect()
    const by = Math.min(top - innerHeight * BEGIN, bottom + END - innerHeight)
    if (by > 0) main.scrollTop += by
  }
  const observer = new ResizeObserver(look)
  if (!state.touched) observer.observe(answer)
  const hold = () => {
    answer.style.minHeight = `${answer.offsetHeight}px`
    clearTimeout(state.drawn)
    state.drawn = setTimeout(() => (answer.style.minHeight = ""), DRAWN)
  }
  const touched = (event) => {
    state.touched = true
    observer.disconnect()
    if (["pointerdown", "keydown"].includes(event.type) && answer.contains(event.target)) hold()
  }
  for (const each of TOUCHED) document.addEventListener(each, touched, true)
  parentElement.stop = () => {
    observer.disconnect()
    for (const each of TOUCHED) document.removeEventListener(each, touched, true)
  }
  return parentElement.stop
}
