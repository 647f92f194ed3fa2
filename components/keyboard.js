// The keys of a page. A shortcut clicks what the page has a button for: it does what the button
// does, and nothing where there is none. In the field at the bottom the arrow keys bring earlier
// prompts back, as in a shell. What opens over the page has keys of its own.
const FIELD = "[data-testid=stChatInputTextArea]"
const SEND = "[data-testid=stChatInputSubmitButton]"
const FIELDS = "[data-testid=stMain] :is(textarea, input[type=text]):enabled"
const PROMPTS = "[aria-label='Chat message from user'] [data-testid=stText]"
const OPEN = "[role=dialog], [role=menu], [role=listbox]"
const CLICKED = ["checkbox", "radio", "range", "button", "submit", "file", "color"]
const TYPED = "input, textarea, select, [contenteditable=true], [data-testid=stDataFrame]"
const COOKIE = "playground_single_keys"
const MOST = 100 // prompts

// The prompts before the one that is being written, newest first, as lines that can be edited: what
// was changed in one of them is there when one comes back to it, until something is sent. The first
// line is what was being written.
export class Recall {
  lines = []
  at = 0

  // The line before (1) or after (-1), or null where the key does what it always does: it moves
  // the caret in a text, unless that is at its start or the text is one that was brought back.
  move(step, { value, selectionStart, selectionEnd }, earlier) {
    const caret = selectionStart === selectionEnd ? selectionStart : -1
    const ends = this.at > 0 && caret === value.length
    const turns = step > 0 ? caret === 0 || (ends && value === this.lines[this.at]) : ends
    if (!turns) return null
    if (this.at === 0) this.lines = [value, ...earlier()]
    if (!(this.at + step in this.lines)) return null
    this.lines[this.at] = value
    this.at += step
    return this.lines[this.at]
  }

  // What is to be remembered once a text is sent, oldest first: with what was being written before.
  sent(value) {
    const texts = this.at > 0 ? [this.lines[0], value] : [value]
    this.lines = []
    this.at = 0
    return texts.filter((text) => text.trim())
  }
}

// What was pressed: "V", "Shift+V", "?", "Escape", "Mod+Enter", where Mod is Ctrl, or Cmd on a Mac.
// "" while a character is composed (in Japanese, say), and with keys that type characters on some
// keyboards (Alt, AltGr) or are the system's. A letter is its key's where the keyboard writes others.
export const nameOf = (event, mac) => {
  const [mod, other] = mac ? [event.metaKey, event.ctrlKey] : [event.ctrlKey, event.metaKey]
  if (event.isComposing || event.keyCode === 229 || other || event.altKey) return ""
  const latin = /^[\x20-\x7e]+$/.test(event.key)
  const letter = /^[a-z]$/i.test(event.key) ? event.key : !latin && /^Key(.)$/.exec(event.code)?.[1]
  const key = letter ? letter.toUpperCase() : event.key
  const shift = event.shiftKey && (letter || key.length > 1)
  return `${mod ? "Mod+" : ""}${shift ? "Shift+" : ""}${key}`
}

// Whether keys write there.
export const isTyped = (element) => {
  const place = element.closest?.(TYPED)
  return Boolean(place) && !(place.tagName === "INPUT" && CLICKED.includes(place.type))
}

const sent = (globalThis.playgroundPrompts ??= []) // in this tab, newest first; nowhere else
const recalls = (globalThis.playgroundRecalls ??= new WeakMap())

const recallOf = (field) => {
  if (!recalls.has(field)) recalls.set(field, new Recall())
  return recalls.get(field)
}

const remember = (field) => {
  for (const text of recallOf(field).sent(field.value)) {
    if (sent.includes(text)) sent.splice(sent.indexOf(text), 1)
    sent.unshift(text)
  }
  sent.splice(MOST)
}

// Those of the conversation on the screen come first, then others that were sent from this tab.
const earlier = () => {
  const shown = [...document.querySelectorAll(PROMPTS)].map((each) => each.textContent)
  return [...new Set([...shown.reverse(), ...sent])]
}

const write = (field, text) => {
  const { set } = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value")
  set.call(field, text)
  field.dispatchEvent(new Event("input", { bubbles: true }))
  field.setSelectionRange(text.length, text.length)
}

const isOpen = () => [...document.querySelectorAll(OPEN)].some((each) => each.checkVisibility())

const click = (button) => {
  if (!button || button.disabled) return false
  button.click()
  return true
}

// What a key does in the field at the bottom; whether it did anything there.
const inField = (key, field) => {
  if (key === "Enter") remember(field)
  if (key === "Mod+Enter") return click(document.querySelector(SEND))
  const step = { ArrowUp: 1, ArrowDown: -1 }[key]
  const text = step ? recallOf(field).move(step, field, earlier) : null
  if (text === null) return false
  write(field, text)
  return true
}

const focus = () => {
  const fields = [...document.querySelectorAll(FIELD), ...document.querySelectorAll(FIELDS)]
  const field = fields.find((each) => each.checkVisibility())
  field?.focus()
  return Boolean(field)
}

const leave = (field) => {
  field.blur()
  return true
}

// Keep for the next visits whether single keys are shortcuts; they are, unless somebody said no.
// At a stand nothing is kept for who comes next.
const keep = (single) => {
  if (single && !document.cookie.includes(COOKIE)) return
  document.cookie = `${COOKIE}=${single ? "on" : "off"}; path=/; max-age=31536000; SameSite=Lax`
}

export default function ({ data, parentElement }) {
  parentElement.stop?.()
  const mac = /Mac|iPhone|iPad/.test(navigator.platform)
  if (data.keeps) keep(data.single)

  // Does what a key is for, where it was pressed; whether there was anything to do.
  const act = (key, target) => {
    const field = target.closest?.(FIELD)
    if (key === "Escape" && (field || !isTyped(target))) {
      return click(document.querySelector(data.stop)) || (field && leave(field))
    }
    if (field) return inField(key, field)
    if (isTyped(target) || (/^(Shift\+)?.$/.test(key) && !data.single)) return false
    if (key === "/") return focus()
    const [selector, label] = data.clicks[key] ?? [":not(*)"]
    const buttons = [...document.querySelectorAll(selector)]
    return click(buttons.findLast((each) => !label || each.textContent.trim() === label))
  }
  const pressed = (event) => {
    const key = nameOf(event, mac)
    if (!key || document.fullscreenElement || isOpen()) return
    if (event.repeat && !/^Arrow/.test(key)) return
    if (act(key, event.composedPath()[0])) event.preventDefault()
  }

  // A shortcut of Streamlit's, that of a page's button, isn't meant by who writes into something
  // else: into the field, or what is open over the page. A text that has a Send of its own is sent,
  // once Streamlit has taken it over.
  const written = (event) => {
    if (nameOf(event, mac) !== "Mod+Enter") return
    const place = event.target.closest?.("[class*=st-key-]")
    const [key] = /st-key-[\w-]+/.exec(place?.className) ?? []
    const send = key && event.target.matches("textarea") && document.querySelector(`.${key}-send button`)
    if (send) setTimeout(() => send.click())
    if (send || event.target.closest?.(`${FIELD}, ${OPEN}`)) event.stopPropagation()
  }
  const clicked = (event) => {
    const field = event.target.closest?.(SEND) && document.querySelector(FIELD)
    if (field) remember(field)
  }

  document.addEventListener("keydown", pressed, true)
  document.body.addEventListener("keydown", written)
  document.addEventListener("click", clicked, true)
  parentElement.stop = () => {
    document.removeEventListener("keydown", pressed, true)
    document.body.removeEventListener("keydown", written)
    document.removeEventListener("click", clicked, true)
  }
  return parentElement.stop
}
