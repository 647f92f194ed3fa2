// Keeps what is typed into the field at the bottom or added there and not yet sent, where another
// field takes its place: after another page, in a new chat, or where a prompt came back into it. A
// field that was sent is empty, and stays so. Kept in the memory of the tab, the text over a reload
// as well; no longer than that. And Stop and New chat by keyboard lead back to it.
//
// What is sent while it can't be yet stays in the field, where it can be seen and changed: while an
// answer is written, since Streamlit would keep it unseen until that has ended, and only the last of
// several; and while a file is being uploaded, when Streamlit passes over Enter. It is sent when that
// has ended, unless the answer or an upload failed, files or text were changed meanwhile, or Escape
// was pressed.
const fields = (window.playgroundFields ??= new Map()) // the last one of each page
const setValue = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set
const CHAT = "[data-testid=stChatInput]"
const APP = "[data-testid=stApp]"
const ANSWER = "[aria-label='Chat message from assistant']"
const ALERT = "[data-testid=stAlert]"
const BUSY = "[data-testid=stBottom] .is-busy"
const SEND = "[data-testid=stChatInputSubmitButton]"
const FILLED = 50 // ms, in which a new field shows the prompt that came back, or files
const HEARD = 5000 // ms, in which the server has begun with what was sent
const CALM = 200 // ms without a script; what was clicked during an answer comes first
const WAITING = "Your prompt will be sent when the answer is complete."

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
  const chips = [...field.closest(CHAT).querySelectorAll("[data-testid=stFileChipName]")]
  const names = chips.map((chip) => chip.title)
  return [...new Set(names)].flatMap((name) => {
    const count = names.filter((each) => each === name).length
    return [...chosen].filter((file) => file.name === name).slice(-count)
  })
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
  const app = document.querySelector(APP)
  const bottom = document.querySelector("[data-testid=stBottom]")
  const find = () => document.querySelector(`[class*="st-key-${data.field}-"] textarea`)
  const parts = (field, name) =>
    field.closest(CHAT).querySelectorAll(`[data-testid=${name}]`)
  const running = () => app?.dataset.testScriptState !== "notRunning"
  const busy = () => Boolean(document.querySelector(BUSY) || window.playgroundSent)
  let calming

  const take = () => {
    const field = find()
    const before = fields.get(data.page)
    if (!field || field === before) return
    fields.set(data.page, field)
    if (window.playgroundGoesOn || (before && before === window.playgroundTyped)) {
      window.playgroundGoesOn = false
      field.focus()
    }
    const text = before ? before.value : takeKept(data.page)
    const files = before ? filesIn(before) : []
    const entered = window.playgroundEntered
    const waits = before && entered?.field === before && entered.waits
    if (text || files.length) setTimeout(() => add(field, text, files, waits), FILLED)
  }
  const add = (field, text, files, waits) => {
    const back = Boolean(field.value)
    if (text && text !== field.value) write(field, [field.value, text].filter(Boolean).join("\n\n"))
    const input = field.closest(CHAT)?.querySelector("input[type=file]")
    if (input && files.length) {
      const transfer = new DataTransfer()
      for (const file of files) transfer.items.add(file)
      input.files = transfer.files
      input.dispatchEvent(new Event("change", { bubbles: true }))
    }
    if (!waits) return
    // It goes on to wait for the same answer, as in the field before, but with nothing else.
    setTimeout(() => {
      const goesOn = !back && document.querySelector(BUSY)
      window.playgroundEntered = goesOn && { page: data.page, field, files: files.length, waits }
      look()
    }, FILLED)
  }
  const look = (heard) => {
    take() // the server's scripts give a field back by another
    const begun = heard === true || window.playgroundSent === "begun"
    if (document.querySelector(BUSY) || (begun && !running())) window.playgroundSent = undefined
    else if (window.playgroundSent && running()) window.playgroundSent = "begun"
    send()
    const entered = window.playgroundEntered
    say(entered?.page === data.page && entered.waits ? WAITING : "")
  }
  const send = () => {
    const entered = window.playgroundEntered
    if (entered?.page !== data.page) return
    const { field, files } = entered
    if (!field.isConnected) return // another one is about to take its place
    const same = field === find() && parts(field, "stFileChip").length === files
    if (!same || parts(field, "stFileChipIconError").length) {
      window.playgroundEntered = undefined
      return
    }
    const [button] = parts(field, "stChatInputSubmitButton")
    const ready = button && !button.disabled && !busy()
    clearTimeout(calming)
    if (ready && entered.waits && running()) return
    if (ready && entered.waits) {
      calming = setTimeout(() => {
        const [answer] = [...document.querySelectorAll(ANSWER)].slice(-1)
        if (answer?.querySelector(ALERT)) window.playgroundEntered = undefined
        entered.waits = false
        look()
      }, CALM)
    } else if (ready) {
      window.playgroundEntered = undefined
      button.click()
    }
  }
  const say = (words) => {
    let line = document.getElementById("field-waits")
    if (!line && words) {
      line = Object.assign(document.createElement("div"), { id: "field-waits", role: "status" })
      bottom?.prepend(line)
    }
    if (line && line.textContent !== words) line.textContent = words
  }

  // Something is to be sent: by Enter, or by the button. What can't be yet waits, and goes no
  // further; what Streamlit would pass over waits as well.
  const enter = (event, field) => {
    const files = parts(field, "stFileChip").length
    const [button] = parts(field, "stChatInputSubmitButton")
    if (!field.value.trim() && !files) return
    const waits = busy()
    if (waits || (files && button?.disabled)) {
      window.playgroundEntered = { page: data.page, field, files, waits }
    } else if (button && !button.disabled) {
      window.playgroundSent = "sent"
      setTimeout(() => look(true), HEARD) // a run may begin and end unseen
    }
    if (waits) {
      event.preventDefault()
      event.stopPropagation()
    }
    look()
  }
  const typed = (event) => {
    const field = find()
    window.playgroundTyped = field && event.target === field ? field : undefined
    if (!window.playgroundTyped) return
    const { type, key, keyCode, shiftKey, ctrlKey, metaKey } = event
    const composing = event.isComposing || keyCode === 229
    if (type === "input" || key === "Escape") {
      if (window.playgroundEntered?.page === data.page) window.playgroundEntered = undefined
      look()
    }
    if (key === "Enter" && !(shiftKey || ctrlKey || metaKey || composing)) enter(event, field)
  }
  const clicked = (event) => {
    const byKeyboard = event.detail === 0
    const field = find()
    if (field && event.target.closest?.(SEND)) enter(event, field)
    else window.playgroundTyped = undefined
    if (!byKeyboard) return
    if (event.target.closest?.(".st-key-stop-button")) field?.focus()
    window.playgroundGoesOn = Boolean(event.target.closest?.(".st-key-chat-clear"))
  }
  const leave = () => {
    for (const [page, { value }] of fields) {
      if (value) sessionStorage.setItem(kept(page), value)
      else sessionStorage.removeItem(kept(page))
    }
  }

  const observer = new MutationObserver(look)
  const watched = { childList: true, subtree: true, attributeFilter: ["disabled"] }
  observer.observe(bottom ?? document.body, watched)
  if (app) observer.observe(app, { attributeFilter: ["data-test-script-state"] })
  document.addEventListener("keydown", typed, true)
  document.addEventListener("input", typed, true)
  document.addEventListener("click", clicked, true)
  for (const way of ["change", "drop", "paste"]) document.addEventListener(way, note, true)
  window.addEventListener("pagehide", leave)
  parentElement.stop = () => {
    observer.disconnect()
    say("")
    document.removeEventListener("click", clicked, true)
    document.removeEventListener("keydown", typed, true)
    document.removeEventListener("input", typed, true)
    for (const way of ["change", "drop", "paste"]) document.removeEventListener(way, note, true)
    window.removeEventListener("pagehide", leave)
  }
  look()
  return parentElement.stop
}
