// Hears clicks on links to `#page=3` and `#file=2&page=3` anywhere on the page, and tells Python.
// On a narrow screen, where the viewer is above the answer, it is scrolled to.
export default function ({ parentElement, setTriggerValue }) {
  const hear = (event) => {
    const link = event.target.closest?.('a[href*="#"]')
    const found = /#(?:file=(\d+)&)?page=(\d+)$/.exec(link?.getAttribute("href") ?? "")
    if (!found) return
    event.preventDefault()
    event.stopPropagation()
    // A click on the same link is another event, so the value differs each time.
    setTriggerValue("opened", { file: Number(found[1] ?? 0), page: Number(found[2]), at: Date.now() })
    const viewer = document.querySelector(".st-key-media")
    if (viewer && viewer.getBoundingClientRect().top < 0) {
      viewer.scrollIntoView({ block: "center" })
    }
  }
  parentElement.hear && document.removeEventListener("click", parentElement.hear, true)
  parentElement.hear = hear
  document.addEventListener("click", hear, true)
  return () => document.removeEventListener("click", parentElement.hear, true)
}
