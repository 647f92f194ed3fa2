// Keeps what is typed into the field at the bottom or added there and not yet sent, where another
// field takes its place: after another page, in a new chat, or where a prompt came back into it. A
// field that was sent is empty, and stays so. Kept in the memory of the tab, the text over a reload
// as well; no longer than that. And Stop and New chat by keyboard lead back to it.
const fields = (window.playgroundFields ??= new Map()) // the last one of each page
const setValue = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set
const CHAT = "[data-testid=stChatInput]"
const SEND = "[data-testid=stChatInputSubmitButton]"
const FILLED = 50 // ms, in which a new field shows the prompt that came back, or files
const WAYS = ["change", "drop", "paste"] // that files take into a field

const write = (field, text) => {
  setValue.call(field, text)
  field.dispatchEvent(new Event("input", { bubbles: true }))
}

// The files that were chosen, dropped or pasted in this tab and are in a field that is there, or was.
const chosen = (window.playgroundFiles ??= new Set()) // the latest last
const note = (event) => {
  const place = event.target.closest?.(CHAT)
  const from = event.type === "change" ? event.target : event.dataTransfer ?? event.clipboardData
  for (const file of (place && from?.files) ?? []) {
    chosen.delete(file)
    chosen.add(file)
  }
}
// Those that a field shows; of the same name, as pasted pictures have, as many as it shows.
const filesIn = (field) => {
  const place = field.closest(CHAT) // none where a recording took the place of the text alone
  const chips = [...(place?.querySelectorAll("[data-testid=stFileChipName]") ?? [])]
  const names = chips.map((chip) => chip.title)
  return [...new Set(names)].flatMap((name) => {
    const count = names.filter((each) => each === name).length
    return [...chosen].filter((file) => file.name === name).slice(-count)
  })
}
const addFiles = (field, files) => {
  const input = field.closest(CHAT)?.querySelector("input[type=file]")
  if (!input || !files.length) return
  const transfer = new DataTransfer()
  for (const file of files) transfer.items.add(file)
  input.files = transfer.files
  input.dispatchEvent(new Event("change", { bubbles: true }))
}

const kept = (page) => `playground-field-${page}` // in the tab's storage, from one load to the next

// What was in the field before this load of the page. Only a reload's is the same person's for sure.
const takeKept = (page) => {
  try {
    const text = sessionStorage.getItem(kept(page)) ?? ""
    sessionStorage.removeItem(kept(page))
    return performance.getEntriesByType("navigation")[0]?.type === "reload" ? text : ""
  } catch {
    return "" // a browser that stores nothing
  }
}

export default function ({ data, parentElement }) {
  parentElement.stop?.()
  let filling // the field before, until what was in it is in the new one
  const find = () => document.querySelector(`[class*="st-key-${data.field}-"] textarea`)

  const take = () => {
    const field = find()
    const before = fields.get(data.page)
    if (!field || field === before) return
    fields.set(data.page, field)
    if (window.playgroundGoesOn || (before && before === window.playgroundTyped)) {
      window.playgroundGoesOn = false
      window.playgroundTyped = field // another one may follow
      field.focus()
    }
    const last = before ?? { value: takeKept(data.page) }
    const files = before ? filesIn(before) : []
    if (!before && !last.value) return
    filling = last
    setTimeout(() => fill(field, last, files), FILLED)
  }
  const fill = (field, before, files) => {
    const text = before.value // with what was typed until now
    const there = field.value
    filling = undefined
    if (text && text !== there) write(field, [there, text].filter(Boolean).join("\n\n"))
    addFiles(field, files)
    const detail = { before, cameBack: Boolean(there) }
    setTimeout(() => {
      field.dispatchEvent(new CustomEvent("fieldfilled", { bubbles: true, detail }))
    }, FILLED)
  }

  // Between two fields there is none for a moment, and then one that is still to be filled.
  const typedBetween = (event) => {
    const { target, key, ctrlKey, metaKey, altKey } = event
    const gone = window.playgroundTyped?.isConnected === false && window.playgroundTyped
    const before = target === document.body ? gone : target === find() && filling
    if (!before) return false
    if (key.length === 1 && !(ctrlKey || metaKey || altKey)) {
      before.value += key
      event.preventDefault()
      event.stopImmediatePropagation()
    }
    return true
  }
  const typed = (event) => {
    if (event.type === "keydown" && typedBetween(event)) return
    const field = find()
    window.playgroundTyped = field && event.target === field ? field : undefined
  }
  const clicked = (event) => {
    if (event.target.closest?.(".st-key-unseen")) return // by a script
    if (!event.target.closest?.(SEND)) window.playgroundTyped = undefined
    if (event.detail !== 0) return // not by keyboard
    if (event.target.closest?.(".st-key-stop-button")) find()?.focus()
    window.playgroundGoesOn = Boolean(event.target.closest?.(".st-key-chat-clear"))
  }
  const leave = () => {
    for (const [page, { value }] of fields) {
      if (value) sessionStorage.setItem(kept(page), value)
      else sessionStorage.removeItem(kept(page))
    }
  }

  const observer = new MutationObserver(take)
  const bottom = document.querySelector("[data-testid=stBottom]")
  observer.observe(bottom ?? document.body, { childList: true, subtree: true })
  const stopped = new AbortController()
  const listening = { capture: true, signal: stopped.signal }
  for (const type of ["keydown", "input"]) window.addEventListener(type, typed, listening)
  document.addEventListener("click", clicked, listening)
  for (const type of WAYS) document.addEventListener(type, note, listening)
  window.addEventListener("pagehide", leave, listening)
  parentElement.stop = () => {
    observer.disconnect()
    stopped.abort()
  }
  take()
  return parentElement.stop
}
