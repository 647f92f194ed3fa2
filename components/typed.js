// Gives back what somebody had typed into the text fields of a page, which a reload begins without:
// its new session knows nothing of it. Kept in this tab, from the reload alone, and no passwords.
// The field at the bottom is looked after by `conversation/field.js`.
const SECRET = "[type=password], [autocomplete=off], [autocomplete=new-password]" // shown or not
const FIELDS = [
  "[data-testid=stTextArea] textarea",
  `[data-testid=stTextInput] input:not(${SECRET})`,
  "[data-testid=stNumberInput] input",
].join()
const MARK = / :\w+\[.*?\]/g // in a label: that a setting isn't at its default
const MAIN = "[data-testid=stMain]" // where one field is seldom anything without the others
const KEPT = "playground-typed"
const DRAWN = 10_000 // ms after a load, in which its fields are drawn

const typed = (window.playgroundTypedIn ??= new Set()) // the names of fields

const nameOf = (field) => {
  const widget = field.closest("[class*='st-key-']")?.className.match(/st-key-\S+/)?.[0]
  const label = field.getAttribute("aria-label")?.replace(MARK, "")
  return `${location.pathname} ${widget ?? ""} ${label}`
}

const write = (field, text) => {
  const kind = field instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement
  Object.getOwnPropertyDescriptor(kind.prototype, "value").set.call(field, text)
  field.dispatchEvent(new Event("input", { bubbles: true }))
  field.dispatchEvent(new FocusEvent("focusout", { bubbles: true })) // Streamlit takes it in then
}

// What was there before this load of the page, by the names of the fields.
const takeKept = () => {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "[]")
    sessionStorage.removeItem(KEPT)
    const again = performance.getEntriesByType("navigation")[0]?.type === "reload"
    return new Map(again ? kept : [])
  } catch {
    return new Map() // a browser that stores nothing
  }
}

const giveBack = () => {
  const kept = takeKept()
  const look = () => {
    for (const field of document.querySelectorAll(FIELDS)) {
      const name = nameOf(field)
      const text = kept.get(name)
      if (!kept.delete(name)) continue
      typed.add(name)
      if (field.value !== text) write(field, text)
    }
    if (!kept.size) observer.disconnect()
  }
  const observer = new MutationObserver(look)
  observer.observe(document.body, { childList: true, subtree: true })
  setTimeout(() => observer.disconnect(), DRAWN)
  look()
}

const note = ({ isTrusted, target }) => {
  if (isTrusted && target.matches?.(FIELDS)) typed.add(nameOf(target))
}
const leave = () => {
  const fields = [...document.querySelectorAll(FIELDS)]
  const hasTyped = (field) => typed.has(nameOf(field))
  const inMain = fields.filter((field) => field.closest(MAIN))
  const whole = inMain.some(hasTyped) ? inMain : []
  const kept = fields.filter((field) => hasTyped(field) || whole.includes(field))
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(kept.map((field) => [nameOf(field), field.value])))
  } catch {} // too long, or a browser that stores nothing
}

export default function () {
  if (window.playgroundGivenBack) return
  window.playgroundGivenBack = true // once in the life of the page
  document.addEventListener("input", note, true)
  window.addEventListener("pagehide", leave)
  giveBack()
}
