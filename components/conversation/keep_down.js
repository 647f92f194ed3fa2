// Keeps the page scrolled to its end while an answer grows there, unless the reader scrolled up.
// Streamlit does this only for a chat field that it placed itself, at a cost that shows in long
// answers, and shows the end of a page on which nothing was asked yet. This looks once a frame,
// when the size of the page has changed.
const NEAR = 160 // pixels from the end that still count as being there

export default function ({ parentElement }) {
  const main = parentElement.getRootNode().host?.closest("[data-testid=stMain]")
    ?? document.querySelector("[data-testid=stMain]")
  const block = main?.querySelector("[data-testid=stMainBlockContainer]")
  if (!main || !block) return
  parentElement.stop?.()
  let following = true
  let last = main.scrollTop
  const scrolled = () => {
    const left = main.scrollHeight - main.scrollTop - main.clientHeight
    if (main.scrollTop < last - 2) following = false // only a person scrolls up
    if (left < NEAR) following = true
    last = main.scrollTop
  }
  const asked = (event) => {
    if (event.key === "Enter") following = true // a new prompt is to be seen answered
  }
  const observer = new ResizeObserver(() => {
    if (following && main.querySelector("[data-testid=stChatMessage]")) main.scrollTop = main.scrollHeight
  })
  observer.observe(block)
  main.addEventListener("scroll", scrolled, { passive: true })
  document.addEventListener("keydown", asked, true)
  parentElement.stop = () => {
    observer.disconnect()
    main.removeEventListener("scroll", scrolled)
    document.removeEventListener("keydown", asked, true)
  }
  return parentElement.stop
}
