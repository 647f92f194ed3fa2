/* A picture with places on it: hovering one names it, a click picks it.
   What a model wrote is only ever set as text. */

const GAP = 8; // pixels between a place and its name
const MOST_TAB_STOPS = 60; // more are a maze for a keyboard; the table beside has them all

function nameBeside(frame, name, spot, item) {
  name.textContent = item.name;
  const more = document.createElement("small");
  more.textContent = item.detail;
  name.append(more);
  name.hidden = false;
  const around = frame.getBoundingClientRect();
  const place = spot.getBoundingClientRect();
  const above = place.top - around.top - name.offsetHeight - GAP;
  const below = place.bottom - around.top + GAP;
  const fits = below + name.offsetHeight <= around.height;
  const top = above >= 0 ? above : fits ? below : GAP;
  const left = place.left - around.left;
  const right = Math.max(0, around.width - name.offsetWidth);
  name.style.top = `${top}px`;
  name.style.left = `${Math.min(Math.max(0, left), right)}px`;
}

function spotFor(item, tabStops, show, hide, pick) {
  const spot = document.createElement("button");
  spot.type = "button";
  spot.className = item.dot ? "spot dot" : "spot";
  spot.tabIndex = tabStops ? 0 : -1;
  spot.setAttribute("aria-label", item.name);
  spot.style.setProperty("--colour", item.colour);
  for (const side of ["left", "top", "width", "height"]) {
    if (item[side] !== undefined) spot.style[side] = `${item[side]}%`;
  }
  spot.onpointerenter = spot.onfocus = () => show(spot, item);
  spot.onpointerleave = spot.onblur = hide;
  spot.onclick = () => pick(item.index);
  return spot;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const frame = parentElement.querySelector(".frame");
  const [image, name, spots] = ["img", ".name", ".spots"].map((s) => frame.querySelector(s));
  frame.style.maxWidth = data.maxWidth;
  image.alt = data.alt;
  if (image.src !== data.src) image.src = data.src;
  name.hidden = true;
  const show = (spot, item) => nameBeside(frame, name, spot, item);
  const hide = () => (name.hidden = true);
  const pick = (index) => setTriggerValue("picked", index);
  const tabStops = data.items.length <= MOST_TAB_STOPS;
  spots.replaceChildren(...data.items.map((i) => spotFor(i, tabStops, show, hide, pick)));
}
