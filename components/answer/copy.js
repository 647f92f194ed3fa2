// Copies a text to the clipboard as soon as it is drawn, with its HTML beside it where there is any,
// and tells how that went. Where the browser lets no page write to the clipboard (a plain http
// address), the older way is tried.
const copyAsEvent = ({ text, html }) => {
  const field = document.createElement("textarea")
  field.value = text
  field.style.position = "fixed"
  field.style.opacity = "0"
  document.body.append(field)
  field.select()
  const put = (event) => {
    event.clipboardData.setData("text/plain", text)
    if (html) event.clipboardData.setData("text/html", html)
    event.preventDefault()
  }
  document.addEventListener("copy", put)
  const copied = document.execCommand("copy")
  document.removeEventListener("copy", put)
  field.remove()
  return copied
}

const write = ({ text, html }) => {
  if (!html) return navigator.clipboard.writeText(text)
  const piece = (type, value) => new Blob([value], { type })
  const item = { "text/plain": piece("text/plain", text), "text/html": piece("text/html", html) }
  return navigator.clipboard.write([new ClipboardItem(item)])
}

export default async function ({ data, parentElement, setTriggerValue }) {
  if (parentElement.copied) return
  parentElement.copied = true
  let copied = true
  try {
    await write(data)
  } catch {
    copied = copyAsEvent(data)
  }
  setTriggerValue("ended", copied ? "copied" : "refused")
}
