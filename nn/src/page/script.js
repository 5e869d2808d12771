"use strict";
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const byId = (id) => document.getElementById(id);
const values = all("details.value");

// Light and dark: the system's choice until the button is pressed.
byId("theme").onclick = () => {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const now = document.documentElement.dataset.theme || (dark ? "dark" : "light");
  document.documentElement.dataset.theme = now === "dark" ? "light" : "dark";
};

const openAll = (open) => () => values.forEach((value) => (value.open = open));
if (byId("open")) byId("open").onclick = openAll(true);
if (byId("close")) byId("close").onclick = openAll(false);

// A value is shown if its path, or that of a value below it, has the text in it.
const filter = byId("filter");
const narrow = () => {
  const text = filter.value.trim().toLowerCase();
  for (const value of values) {
    const paths = [value, ...all("details.value", value)].map((inner) => inner.id.toLowerCase());
    value.hidden = !paths.some((path) => path.includes(text));
    if (text && !value.hidden && all("details.value", value).length) value.open = true;
  }
};
if (filter) filter.oninput = narrow;

// A link opens what its target lies in.
const reveal = () => {
  const target = byId(decodeURIComponent(location.hash.slice(1)));
  for (let at = target; at; at = at.parentElement) if (at.matches("details")) at.open = true;
  if (target) {
    target.scrollIntoView({ block: "start" });
    const head = target.querySelector("summary");
    if (head) head.focus({ preventScroll: true });
  }
};
addEventListener("hashchange", reveal);
if (location.hash) reveal();

// Keys: "/" filters; arrows walk through the tree, as in a file manager.
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (filter && event.key === "/" && document.activeElement !== filter) {
    filter.focus();
    event.preventDefault();
    return;
  }
  if (filter && event.key === "Escape" && document.activeElement === filter) {
    filter.value = "";
    narrow();
    return;
  }
  const head = document.activeElement;
  if (!head || !head.matches("details.value > summary")) return;
  const heads = all("details.value > summary").filter((other) => other.offsetParent !== null);
  const value = head.parentElement;
  const move = (other) => other && other.focus();
  const at = heads.indexOf(head);
  if (event.key === "ArrowDown") move(heads[at + 1]);
  else if (event.key === "ArrowUp") move(heads[at - 1]);
  else if (event.key === "ArrowRight") value.open ? move(heads[at + 1]) : (value.open = true);
  else if (event.key === "ArrowLeft") {
    const outer = value.parentElement.closest("details.value");
    value.open ? (value.open = false) : move(outer && outer.querySelector("summary"));
  } else return;
  event.preventDefault();
});
