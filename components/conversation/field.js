// Keeps what is typed into the field at the bottom and not yet sent, where another field takes its
// place: after another page, or in a new chat. A field that was sent is empty, and stays so. Kept in
// the memory of the tab, and no longer than that. And Stop and New chat by keyboard lead back to it.
const fields = (window.playgroundFields ??= new Map()) // the last one of each page
const setValue = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set

export default function ({ data, parentElement }) {
  parentElement.stop?.()
  const bottom = document.querySelector("[data-testid=stBottom]")
  const find = () => document.querySelector(`[class*="st-key-${data.field}-"] textarea`)
  const take = () => {
    const field = find()
    const before = fields.get(data.page)
    if (!field || field === before) return
    fields.set(data.page, field)
    if (window.playgroundGoesOn) {
      window.playgroundGoesOn = false
      field.focus()
    }
    if (before?.value && !field.value) {
      setValue.call(field, before.value)
      field.dispatchEvent(new Event("input", { bubbles: true }))
    }
  }
  const observer = new MutationObserver(take) // the server's scripts give a field back by another
  observer.observe(bottom ?? document.body, { childList: true, subtree: true })
  take()
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
