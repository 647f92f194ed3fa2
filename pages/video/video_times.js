// Hears clicks on links to `#t=83` (seconds) anywhere on the page and moves the video there: a
// player of the browser's own, or YouTube's frame, which takes a time in its address only.
export default function ({ data, parentElement }) {
  const within = (kind) => document.querySelector(`.st-key-${data.player} ${kind}`)

  const seek = (seconds) => {
    const video = within("video")
    const frame = within("iframe")
    if (video) {
      video.currentTime = seconds
      video.play().catch(() => {}) // a browser may want a click on the player first
    } else if (frame) {
      const address = new URL(frame.src)
      address.searchParams.set("start", String(Math.floor(seconds)))
      address.searchParams.set("autoplay", "1")
      frame.src = address.href
    }
    const player = video ?? frame
    if (player && player.getBoundingClientRect().top < 0) player.scrollIntoView({ block: "center" })
  }

  const hear = (event) => {
    const href = event.target.closest?.('a[href*="#t="]')?.getAttribute("href") ?? ""
    const found = /#t=([\d.]+)$/.exec(href)
    if (!found) return
    event.preventDefault()
    event.stopPropagation()
    seek(Number(found[1]))
  }

  parentElement.hear && document.removeEventListener("click", parentElement.hear, true)
  parentElement.hear = hear
  document.addEventListener("click", hear, true)
  return () => document.removeEventListener("click", hear, true)
}
