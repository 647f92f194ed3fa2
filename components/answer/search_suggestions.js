// Google's search suggestions, as they came, in a frame that runs no script and is of no origin:
// nothing in it can reach this page. A suggestion opens in a tab of its own.
const ALLOWED = "allow-popups allow-popups-to-escape-sandbox"
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline' https://fonts.googleapis.com; " +
  "font-src https://fonts.gstatic.com; img-src data: https://*.gstatic.com https://*.google.com"

// How light a colour such as `rgb(20, 23, 28)` is, 0 to 255.
const lightness = (colour) => {
  const [red = 255, green = 255, blue = 255] = (colour.match(/[\d.]+/g) ?? []).map(Number)
  return 0.299 * red + 0.587 * green + 0.114 * blue
}

export default function ({ data, parentElement }) {
  const frame = parentElement.querySelector("iframe")
  const page = document.querySelector('[data-testid="stApp"]') ?? document.body
  const scheme = lightness(getComputedStyle(page).backgroundColor) < 128 ? "dark" : "light"
  frame.style.colorScheme = scheme // the suggestions have colours for both
  const shown = JSON.stringify([data.html, scheme])
  if (frame.dataset.shown === shown) return
  frame.dataset.shown = shown
  frame.setAttribute("sandbox", ALLOWED)
  frame.srcdoc =
    `<!doctype html><meta charset="utf-8">` +
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">` +
    `<meta name="color-scheme" content="${scheme}"><base target="_blank">` +
    `<style>html,body{margin:0}</style>` +
    data.html
}
