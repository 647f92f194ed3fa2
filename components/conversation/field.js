// Keeps what is typed into the field at the bottom and not yet sent, where another field takes its
// place: after another page, or in a new chat. A field that was sent is empty, and stays so. Kept in
// the memory of the tab, and no longer than that. And Stop and New chat by keyboard lead back to it.
const fields = (window.playgroundFields ??= new Map()) // the last one of each page
const setValue = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set

export default function ({ data, parentElement }) {
  parentElement.stop?.()
  const find = () => document.querySelector(`.st-key-${data.field} textarea`)
  const take = () => {
    const field = find()
    if (!field) return false
    const before = fields.get(data.page)
    fields.set(data.page, field)
    if (window.playgroundGoesOn && before !== field) {
      window.playgroundGoesOn = false
      field.focus()
    }
    if (before && before !== field && before.value && !field.value) {
      setValue.call(field, before.value)
      field.dispatchEvent(new Event("input", { bubbles: true }))
    }
    return true
  }
  const observer = new MutationObserver(() => take() && observer.disconnect())
  if (!take()) observer.observe(document.body, { childList: true, subtree: true })
  const clicked = (event) => {
    const byKeyboard = event.detail === 0
    if (!byKeyboard) return
    if (event.target.closest?.(".st-key-stop-button")) find()?.focus()
    window.playgroundGoesOn = Boolean(event.target.closest?.(".st-key-chat-clear"))
  }
  document.addEventListener("click", clicked)
  parentElement.stop = () => {
    observer.disconnect()
    document.removeEventListener("click", clicked)
  }
  return parentElement.stop
}
