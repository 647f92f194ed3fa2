// A page or picture that a model wrote, run in a frame of no origin and without a network, once
// somebody asks for it. The frame holds a second one: the outer one's policy is the inner one's too,
// and as nothing may be framed there, the inner one can't leave for any address.
const POLICY = [
  "default-src 'none'",
  "script-src 'unsafe-inline' 'unsafe-eval'",
  "style-src 'unsafe-inline'",
  "img-src data: blob:",
  "media-src data: blob:",
  "font-src data:",
  "form-action 'none'",
  "base-uri 'none'",
].join("; ")
// A picture needs no script; a page is hardly one without.
const ALLOWED = { html: "allow-scripts", svg: "" }
const LOOK = "html,body,iframe{margin:0;border:0;width:100%;height:100%;display:block}"
const SVG_LOOK =
  "html,body{height:100%}body{margin:0;padding:16px;box-sizing:border-box;display:grid;" +
  "place-items:center}svg{max-width:100%;height:auto}"
const KEEPS_TO_ITSELF = '<meta http-equiv="x-dns-prefetch-control" content="off">'
// What no policy holds back: a link or a frame has the browser look up a name and connect ahead, even
// where it may load nothing, and so has a way to another page. None of these would show anything, so
// they become elements that do nothing; and calls to other browsers are taken away. What is left: a
// script that sends its own frame elsewhere gets no request out, but a look at the host's name.
export const tamed = (html) =>
  String(html)
    .replace(/<link\b/gi, "<meta")
    .replace(/(<\/?)i?frame\b/gi, "$1x-frame")
    .replace(/\bhttp-equiv\s*=\s*(["']?)\s*refresh/gi, "data-was=$1refresh")
const guard = (tame) => {
  for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection", "WebTransport"]) {
    delete globalThis[name]
  }
  const wrap = (prototype, name, at, change) => {
    const method = prototype?.[name]
    if (!method) return
    prototype[name] = function (...given) {
      if (at < given.length) given[at] = change(given[at])
      return method.apply(this, given)
    }
  }
  const other = (name) => {
    name = String(name)
    return /^link$/i.test(name) ? "meta" : /^i?frame$/i.test(name) ? "x-frame" : name
  }
  wrap(Document.prototype, "createElement", 0, other)
  wrap(Document.prototype, "createElementNS", 1, other)
  // What is written may come in pieces, which only a parser would put together.
  Document.prototype.write = Document.prototype.writeln = function (...texts) {
    const place = this.body ?? this.documentElement
    place?.insertAdjacentHTML("beforeend", texts.join("")) // tamed below
  }
  const { define } = CustomElementRegistry.prototype
  CustomElementRegistry.prototype.define = function (name, of) {
    define.call(this, name, of) // `extends` would make a frame by another name
  }
  delete Document.parseHTMLUnsafe
  delete globalThis.XSLTProcessor
  wrap(ShadowRoot.prototype, "setHTMLUnsafe", 0, tame)
  wrap(DOMParser.prototype, "parseFromString", 0, tame)
  wrap(Range.prototype, "createContextualFragment", 0, tame)
  wrap(Element.prototype, "insertAdjacentHTML", 1, tame)
  wrap(Element.prototype, "setHTMLUnsafe", 0, tame)
  for (const [prototype, name] of [
    [Element.prototype, "innerHTML"],
    [Element.prototype, "outerHTML"],
    [ShadowRoot.prototype, "innerHTML"],
  ]) {
    const { get, set, ...rest } = Object.getOwnPropertyDescriptor(prototype, name)
    const tamedSet = function (html) {
      set.call(this, tame(html))
    }
    Object.defineProperty(prototype, name, { ...rest, get, set: tamedSet })
  }
  const away = (event) => {
    const link = event.target.closest?.("a[href], area[href]")
    if (link && !link.getAttribute("href").startsWith("#")) event.preventDefault()
  }
  addEventListener("click", away, true)
  addEventListener("auxclick", away, true)
  document.currentScript.remove()
}
const GUARD = `<script>(${guard})(${tamed})</script>`

const quoted = (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;")

// The document of the outer frame. `source` is in an attribute of it: none of it is read as markup
// before the inner frame, where the policy holds, reads it.
export const framed = ({ kind, source }) => {
  const head = `<!doctype html><meta charset="utf-8">${KEEPS_TO_ITSELF}`
  const page = tamed(source)
  const inner =
    kind === "svg" ? `${head}<style>${SVG_LOOK}</style>${page}` : head + GUARD + page
  return (
    `${head}<meta http-equiv="Content-Security-Policy" content="${POLICY}">` +
    `<meta name="referrer" content="no-referrer"><style>${LOOK}</style>` +
    `<iframe title="Preview" sandbox="${ALLOWED[kind]}" srcdoc="${quoted(inner)}"></iframe>`
  )
}

const opened = (globalThis.playgroundPreviews ??= new Set()) // keys; redrawn elsewhere, it stays open

export default function ({ data, parentElement }) {
  const root = parentElement
  const find = (name) => root.querySelector(`[data-is=${name}]`)
  const box = find("box")
  root.redraw?.abort()
  root.redraw = new AbortController()
  const on = (target, name, act) =>
    target.addEventListener(name, act, { signal: root.redraw.signal })

  const place = () => {
    const frame = document.createElement("iframe")
    frame.title = `Preview of ${data.name}`
    frame.setAttribute("sandbox", ALLOWED[data.kind])
    frame.setAttribute("referrerpolicy", "no-referrer")
    frame.srcdoc = framed(data)
    find("place").replaceChildren(frame)
  }
  const show = () => {
    const open = opened.has(data.key)
    find("toggle").setAttribute("aria-expanded", String(open))
    find("label").textContent = open ? data.close : data.open
    box.hidden = !open
    if (open && data.kind === "mermaid") {
      find("source").textContent = data.source
    } else if (!open) {
      find("place").replaceChildren() // whatever ran in it has ended
    } else if (root.shown !== data.source || !find("place").firstChild) {
      place()
    }
    root.shown = data.source
  }

  box.dataset.kind = data.kind
  on(find("toggle"), "click", () => {
    if (!opened.delete(data.key)) opened.add(data.key)
    show()
  })
  on(find("again"), "click", place)
  on(find("full"), "click", () =>
    document.fullscreenElement ? document.exitFullscreen() : box.requestFullscreen(),
  )
  on(document, "fullscreenchange", () => {
    find("full-label").textContent = document.fullscreenElement ? "Leave full screen" : "Full screen"
  })
  find("full").hidden = !document.fullscreenEnabled
  show()
  return () => root.redraw.abort()
}
