// What is sent while it can't be yet stays in the field, where it can be seen and changed: while an
// answer is written, since Streamlit would keep it unseen until that has ended, and only the last of
// several; and while a file is being uploaded, when Streamlit passes over Enter. It is sent when that
// has ended, unless the answer or an upload failed, files or text were changed meanwhile, or Escape
// was pressed. In a field that takes the place of this one (`field.js`) it goes on to wait. A recording
// stays as well, and has to be sent by another click.
const CHAT = "[data-testid=stChatInput]"
const APP = "[data-testid=stApp]"
const FAILURE = "[aria-label='Chat message from assistant'] [data-testid=stAlert]"
const BUSY = "[data-testid=stBottom] .is-busy"
const TAKEN = "[data-testid=stBottom] .is-taken" // how many prompts the server has been done with
const SEND = "[data-testid=stChatInputSubmitButton]"
const APPROVE = "[data-testid=stChatInputApproveButton]" // it sends a recording
const HEARD = 30_000 // ms, in which the server has begun with what was sent, on a slow line too
const CALM = 200 // ms without a script; what was clicked during an answer comes first
const WAITING = "Your prompt will be sent when the answer is complete."
const RECORDED = "Still recording. It can be sent when the answer is complete."

let recorded = false // whether somebody wanted to send a recording

export default function ({ data, parentElement }) {
  parentElement.stop?.()
  const app = document.querySelector(APP)
  const bottom = document.querySelector("[data-testid=stBottom]")
  const find = () => document.querySelector(`[class*="st-key-${data.field}-"] textarea`)
  const filesIn = (field) => field.closest(CHAT).querySelectorAll("[data-testid=stFileChip]").length
  const buttonOf = (field) => field.closest(CHAT).querySelector(SEND)
  const running = () => app?.dataset.testScriptState !== "notRunning"
  const writing = () => Boolean(document.querySelector(BUSY))
  const taken = () => Number(document.querySelector(TAKEN)?.dataset.count ?? 0)
  const busy = () => writing() || Boolean(window.playgroundSent)
  const failures = () => document.querySelectorAll(FAILURE).length
  // What was entered and waits: a field of a chat, its files, whether it waits for an answer, and
  // how many failures were seen by then: who has seen one and sends means it.
  const waiting = () => {
    const entered = window.playgroundEntered
    return entered?.page === data.page ? entered : undefined
  }
  const callOff = () => {
    if (waiting()) window.playgroundEntered = undefined
  }
  let calming

  const look = (heard) => {
    const begun = heard === true || window.playgroundSent === "begun"
    const done = taken() !== window.playgroundTaken // its run may have begun and ended unseen
    if (writing() || done || (begun && !running())) window.playgroundSent = undefined
    else if (window.playgroundSent && running()) window.playgroundSent = "begun"
    send()
    recorded &&= busy() && Boolean(document.querySelector(APPROVE))
    say(waiting()?.waits ? WAITING : recorded ? RECORDED : "")
  }
  const send = () => {
    clearTimeout(calming)
    const entered = waiting()
    if (!entered?.field.isConnected) return // or another one is about to take its place
    const { field, files, waits } = entered
    const same = field === find() && filesIn(field) === files
    if (!same || field.closest(CHAT).querySelector("[data-testid=stFileChipIconError]")) {
      callOff()
      return
    }
    const button = buttonOf(field)
    if (!button || button.disabled || busy()) return
    if (!waits) {
      callOff()
      button.click()
    } else if (!running()) {
      calming = setTimeout(() => {
        if (failures() > entered.failures) callOff()
        entered.waits = false
        look()
      }, CALM)
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
    const files = filesIn(field)
    const button = buttonOf(field)
    if (!field.value.trim() && !files) return
    const waits = busy()
    if (waits || (files && button?.disabled)) {
      const where = { page: data.page, chat: data.field, field }
      window.playgroundEntered = { ...where, files, waits, failures: failures() }
    } else if (button && !button.disabled) {
      window.playgroundSent = "sent"
      window.playgroundTaken = taken()
      setTimeout(() => look(true), HEARD)
    }
    if (waits) {
      event.preventDefault()
      event.stopPropagation()
    }
    look()
  }
  const typed = (event) => {
    const field = find()
    if (!field || event.target !== field) return
    const { type, key, keyCode, shiftKey, ctrlKey, metaKey } = event
    const composing = event.isComposing || keyCode === 229
    const filledIn = !event.isTrusted && waiting()?.field !== field // with what another one had
    if (!filledIn && (type === "input" || key === "Escape")) {
      callOff()
      look()
    }
    if (key === "Enter" && !(shiftKey || ctrlKey || metaKey || composing)) enter(event, field)
  }
  const clicked = (event) => {
    const field = find()
    if (field && event.target.closest?.(SEND)) enter(event, field)
    if (!busy() || !event.target.closest?.(APPROVE)) return
    event.preventDefault()
    event.stopPropagation()
    recorded = true
    look()
  }
  // Another field has what was in this one. It waits on in the same chat, but with nothing else.
  const filled = ({ target, detail }) => {
    const entered = waiting()
    if (!entered?.waits || entered.field !== detail.before) return
    const goesOn = !detail.cameBack && entered.chat === data.field
    window.playgroundEntered = goesOn ? { ...entered, field: target } : undefined
    look()
  }

  const observer = new MutationObserver(look)
  const watched = { childList: true, subtree: true, attributeFilter: ["disabled"] }
  observer.observe(bottom ?? document.body, watched)
  if (app) observer.observe(app, { attributeFilter: ["data-test-script-state"] })
  const stopped = new AbortController()
  const listening = { capture: true, signal: stopped.signal }
  for (const type of ["keydown", "input"]) document.addEventListener(type, typed, listening)
  document.addEventListener("click", clicked, listening)
  document.addEventListener("fieldfilled", filled, listening)
  parentElement.stop = () => {
    observer.disconnect()
    stopped.abort()
    say("")
  }
  look()
  return parentElement.stop
}
