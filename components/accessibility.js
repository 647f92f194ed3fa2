// What a page lacks for people who don't see it, or use no mouse: a way past the navigation, a word
// when an answer has ended, a name for what Streamlit gives none, and scrolling by keyboard.
const FIELD = "[data-testid=stChatInputTextArea]"
const ANSWER = "[aria-label='Chat message from assistant']"
const ALERT = "[data-testid=stAlert], [role=alert]" // is read out by itself
const WIDE = "[data-testid=stMarkdownContainer] table, [data-testid=stCode] pre"
const NAV = "[data-testid=stSidebarNavItems]"
const TOASTS = "[data-testid=stToast]:not([aria-label])"
const REGION = "[role=region]:has([data-testid=stToast])"
const ID = /st-key-answer-([\w-]+)-(?:cut|whole)/
const LOOK_EVERY = 250 // ms, while a script runs
const SETTLED = 200 // ms without a script; another one may follow at once

const state = (globalThis.playgroundAnswers ??= { writing: false, shown: undefined })

const element = (id, tag, make) => {
  const there = document.getElementById(id)
  if (there) return there
  const made = Object.assign(document.createElement(tag), { id })
  make(made)
  return made
}

// Streamlit has a way past the navigation to the page; this one leads to its end, the field.
const past = () =>
  element("skip", "button", (button) => {
    button.type = "button"
    button.textContent = "Skip to the prompt"
    button.onclick = () => document.querySelector(FIELD)?.focus()
    document.body.prepend(button)
  })

const status = () =>
  element("status", "div", (place) => {
    place.setAttribute("role", "status")
    document.body.append(place)
  })

const say = (words) => {
  status().textContent = ""
  setTimeout(() => (status().textContent = words), 100) // the same words again are news, too
}

// What to say once an answer has ended. Not its words: they would be on the page twice, and a search
// of the browser's would find them where nobody sees them.
const ended = () => {
  const answer = [...document.querySelectorAll(ANSWER)].at(-1)
  return answer?.querySelector(ALERT) ? "" : "The answer is complete."
}

// The latest answer on the page, and its conversation. A short one may be there before Stop is seen.
const shown = () => ({
  answer: [...document.querySelectorAll("[class*=st-key-answer-]")].at(-1)?.className.match(ID)?.[1],
  chat: new URLSearchParams(location.search).get("c"),
})

const isNew = (now, before) =>
  before && now.answer && now.answer !== before.answer && (!before.chat || now.chat === before.chat)

// They come and go beside the app, in a region that is there as long as any of them.
const nameToasts = (_changes, observer) => {
  const region = document.querySelector(REGION)
  if (region) observer.observe(region, { childList: true, subtree: true })
  for (const each of document.querySelectorAll(TOASTS)) each.setAttribute("aria-label", "Message")
}

// On a narrow screen Streamlit lists the pages in sections between the list and its items, which no
// list may have: it is read as links then.
const groupPages = () => {
  document.querySelector(NAV)?.setAttribute("role", "group")
  for (const each of document.querySelectorAll(`${NAV} li`)) each.setAttribute("role", "none")
}

// Just before the focus moves: what is wide then may have come without a run of the script.
const reachWide = (event) => {
  if (event.key !== "Tab") return
  for (const each of document.querySelectorAll(WIDE)) {
    const scrolls = each.scrollWidth > each.clientWidth || each.scrollHeight > each.clientHeight
    if (scrolls) each.tabIndex = 0
  }
}

export default function ({ data, parentElement }) {
  parentElement.stop?.()
  const app = document.querySelector("[data-testid=stApp]")
  status()
  let timer
  const settled = () => {
    if (document.querySelector(data.stop)) return
    const now = shown()
    if (state.writing || isNew(now, state.shown)) say(ended())
    Object.assign(state, { writing: false, shown: now })
  }
  const look = () => {
    clearTimeout(timer)
    const runs = app.dataset.testScriptState !== "notRunning"
    past().hidden = !document.querySelector(FIELD)
    groupPages()
    if (runs) state.writing ||= Boolean(document.querySelector(data.stop))
    timer = runs ? setTimeout(look, LOOK_EVERY) : setTimeout(settled, SETTLED)
  }
  const observer = new MutationObserver(look)
  observer.observe(app, { attributes: true, attributeFilter: ["data-test-script-state"] })
  const toasts = new MutationObserver(nameToasts)
  toasts.observe(document.body, { childList: true })
  nameToasts([], toasts)
  addEventListener("keydown", reachWide, true)
  look()
  parentElement.stop = () => {
    observer.disconnect()
    toasts.disconnect()
    removeEventListener("keydown", reachWide, true)
    clearTimeout(timer)
  }
  return parentElement.stop
}
