// Copies a text to the clipboard as soon as it is drawn, and tells how that went. Where the browser
// lets no page write to the clipboard (a plain http address), the older way is tried.
const copyAsSelection = (text) => {
  const field = document.createElement("textarea")
  field.value = text
  field.style.position = "fixed"
  field.style.opacity = "0"
  document.body.append(field)
  field.select()
  const copied = document.execCommand("copy")
  field.remove()
  return copied
}

export default async function ({ data, parentElement, setTriggerValue }) {
  if (parentElement.copied) return
  parentElement.copied = true
  let copied = true
  try {
    await navigator.clipboard.writeText(data.text)
  } catch {
    copied = copyAsSelection(data.text)
  }
  setTriggerValue("ended", copied ? "copied" : "refused")
}
