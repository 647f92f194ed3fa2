// The keys that turn the pages of a talk turn to the next scene and back: those of a clicker, and
// the arrows. Not where they mean something else: in a field with text, on a slider, in tabs.
const WAYS = { PageDown: "next", ArrowRight: "next", PageUp: "back", ArrowLeft: "back" }
const FIELDS = "input, textarea, select, [contenteditable=true]"
const OTHERS = "[role=slider], [role=tablist], [role=radiogroup], [role=listbox], [role=menu], " +
  "[role=grid], [role=dialog], audio, video, canvas"

// Where a key leads: "next", "back", or null where it is not ours.
export function wayOf(event) {
  const way = WAYS[event.key] ?? null
  const modified = event.ctrlKey || event.metaKey || event.altKey || event.shiftKey
  if (!way || modified || event.repeat || event.defaultPrevented) return null
  const at = event.composedPath()[0]
  const field = at.closest?.(FIELDS)
  if (field && !(event.key.startsWith("Page") && field.value === "")) return null
  return at.closest?.(OTHERS) ? null : way
}

export default function ({ parentElement }) {
  parentElement.stop?.()
  const pressed = (event) => {
    const way = wayOf(event)
    const button = way && document.querySelector(`.st-key-player-${way} button`)
    if (!button || button.disabled) return
    event.preventDefault()
    button.click()
  }
  document.addEventListener("keydown", pressed, true)
  parentElement.stop = () => document.removeEventListener("keydown", pressed, true)
  return parentElement.stop
}
