// Loads the playground anew, as whoever this browser is by now.
export default function ({ data }) {
  location.replace(data.address)
}
