// Draws the waveform above Streamlit's own player, follows what is played, and moves the player:
// by a click on the waveform, or on a link to `#t=83` (seconds) anywhere on the page.
const BAR = 3 // pixels, gap included

export default function ({ data, parentElement }) {
  parentElement.dispose?.()
  const canvas = parentElement.querySelector("canvas")
  const style = getComputedStyle(parentElement.host ?? parentElement)
  const player = () => document.querySelector(`.st-key-${data.player} audio`)
  let heard = null

  const draw = () => {
    const width = canvas.clientWidth
    const height = canvas.clientHeight
    if (!width) return
    const scale = window.devicePixelRatio || 1
    canvas.width = width * scale
    canvas.height = height * scale
    const pen = canvas.getContext("2d")
    pen.scale(scale, scale)
    const played = (heard?.currentTime ?? 0) / data.seconds
    const count = Math.floor(width / BAR)
    for (let bar = 0; bar < count; bar++) {
      const from = Math.floor((bar / count) * data.peaks.length)
      const to = Math.max(from + 1, Math.floor(((bar + 1) / count) * data.peaks.length))
      const peak = Math.max(...data.peaks.slice(from, to))
      const size = Math.max(1.5, peak * (height - 4))
      const name = bar / count < played ? "--st-primary-color" : "--st-border-color"
      pen.fillStyle = style.getPropertyValue(name)
      pen.fillRect(bar * BAR, (height - size) / 2, BAR - 1, size)
    }
  }

  // The player is another element, which may come later or be replaced.
  const attach = () => {
    if (player() === heard) return
    heard = player()
    heard?.addEventListener("timeupdate", draw)
    heard?.addEventListener("seeked", draw)
    draw()
  }

  const seek = (seconds, play) => {
    attach()
    if (!heard) return
    heard.currentTime = Math.min(seconds, data.seconds)
    if (play) heard.play().catch(() => {}) // a browser may want a click on the player first
  }

  const hear = (event) => {
    const href = event.target.closest?.('a[href*="#t="]')?.getAttribute("href") ?? ""
    const found = /#t=([\d.]+)$/.exec(href)
    if (!found) return
    event.preventDefault()
    event.stopPropagation()
    seek(Number(found[1]), true)
  }

  canvas.onclick = (event) => {
    const box = canvas.getBoundingClientRect()
    seek(((event.clientX - box.left) / box.width) * data.seconds, false)
  }
  const resized = new ResizeObserver(draw)
  resized.observe(canvas)
  const timer = setInterval(attach, 500)
  document.addEventListener("click", hear, true)
  attach()
  draw()
  parentElement.dispose = () => {
    clearInterval(timer)
    resized.disconnect()
    document.removeEventListener("click", hear, true)
    heard?.removeEventListener("timeupdate", draw)
    heard?.removeEventListener("seeked", draw)
  }
  return () => parentElement.dispose()
}
