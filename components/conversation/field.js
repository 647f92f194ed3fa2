// Keeps what is typed into the field at the bottom and not yet sent, where another field takes its
// place: after another page, or in a new chat. A field that was sent is empty, and stays so. Kept in
// the memory of the tab, and no longer than that. And Stop and New chat by keyboard lead back to it.
// Enter, which Streamlit passes over while a file is being uploaded, sends when all files are there,
// unless one failed, or files or text were changed meanwhile, or Escape was pressed.
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
  const parts = (field, name) =>
    field.closest("[data-testid=stChatInput]").querySelectorAll(`[data-testid=${name}]`)
  const send = () => {
    const entered = window.playgroundEntered
    if (!entered) return
    const { field, files } = entered
    const same = field === find() && parts(field, "stFileChip").length === files
    if (!same || parts(field, "stFileChipIconError").length) {
      window.playgroundEntered = undefined
      return
    }
    const [button] = parts(field, "stChatInputSubmitButton")
    if (!button || button.disabled) return
    window.playgroundEntered = undefined
    button.click()
  }
  const observer = new MutationObserver(() => {
    take() // the server's scripts give a field back by another
    send()
  })
  const watched = { childList: true, subtree: true, attributeFilter: ["disabled"] }
  observer.observe(bottom ?? document.body, watched)
  take()
  const typed = (event) => {
    const field = find()
    if (!field || event.target !== field) return
    const { type, key, shiftKey, ctrlKey, metaKey, isComposing } = event
    if (type === "input" || key === "Escape") window.playgroundEntered = undefined
    if (key !== "Enter" || shiftKey || ctrlKey || metaKey || isComposing) return
    const files = parts(field, "stFileChip").length
    const [button] = parts(field, "stChatInputSubmitButton")
    if (files && button?.disabled) window.playgroundEntered = { field, files }
  }
  document.addEventListener("keydown", typed, true)
  document.addEventListener("input", typed, true)
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
    document.removeEventListener("keydown", typed, true)
    document.removeEventListener("input", typed, true)
  }
  return parentElement.stop
}
