// Keeps what is typed into the field at the bottom and not yet sent, where another field takes its
// place: after another page, or in a new chat. A field that was sent is empty, and stays so. Kept in
// the memory of the tab, and no longer than that. And Stop and New chat by keyboard lead back to it.
// Enter, which Streamlit passes over while a file is being uploaded, sends when all files are there.
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
  let entered // the field in which Enter waits for files, its text, and how many files
  const parts = (field, name) =>
    field?.closest("[data-testid=stChatInput]").querySelectorAll(`[data-testid=${name}]`) ?? []
  const send = () => {
    const field = find()
    const [button] = parts(field, "stChatInputSubmitButton")
    if (!entered || !button || button.disabled) return
    const { field: before, text, files } = entered
    entered = undefined
    const same = field === before && field.value === text
    if (!same || parts(field, "stFileChip").length !== files) return
    if (!parts(field, "stFileChipIconError").length) button.click()
  }
  const observer = new MutationObserver(() => {
    take() // the server's scripts give a field back by another
    send()
  })
  const watched = { childList: true, subtree: true, attributeFilter: ["disabled"] }
  observer.observe(bottom ?? document.body, watched)
  take()
  const pressed = (event) => {
    const field = find()
    if (event.target !== field) return
    const files = parts(field, "stFileChip").length
    const [button] = parts(field, "stChatInputSubmitButton")
    const { shiftKey, ctrlKey, metaKey, isComposing } = event
    const enter = event.key === "Enter" && !(shiftKey || ctrlKey || metaKey || isComposing)
    entered = enter && files && button?.disabled ? { field, text: field.value, files } : undefined
  }
  document.addEventListener("keydown", pressed, true)
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
    document.removeEventListener("keydown", pressed, true)
  }
  return parentElement.stop
}
