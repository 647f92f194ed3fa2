// Keeps the address that was wanted over the way to sign in, which ends at the start page: in this
// tab alone, for a while, to be told to Python once.
const KEY = "gemini-playground-wanted"
const LIFE = 15 * 60_000 // milliseconds

export default function ({ data, setTriggerValue }) {
  if (data.task === "keep") {
    const address = location.pathname + location.search
    sessionStorage.setItem(KEY, JSON.stringify({ address, at: Date.now() }))
    return
  }
  const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "null")
  sessionStorage.removeItem(KEY)
  const fresh = kept && Date.now() - kept.at < LIFE
  if (fresh && data.task === "tell") setTriggerValue("found", kept.address)
}
