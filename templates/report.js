"use strict";
// Optional comfort only: the report says everything without it.
const said = document.getElementById("said");
for (const box of document.querySelectorAll(".command")) {
  const button = box.querySelector("button");
  const text = box.querySelector("pre");
  const name = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    let copied = true;
    try {
      await navigator.clipboard.writeText(text.textContent);
    } catch {
      getSelection().selectAllChildren(text);
      copied = document.execCommand("copy");
    }
    said.textContent = button.textContent = copied ? document.body.dataset.copied : document.body.dataset.manual;
    setTimeout(() => { button.textContent = name; said.textContent = ""; }, 1600);
  });
}
// A link to something folded away opens the folds around it.
function unfold() {
  let target = null;
  try {
    target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  } catch {} // an address that encodes nothing
  if (!target) return;
  for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  target.scrollIntoView();
}
addEventListener("hashchange", unfold);
unfold();
// Paper cannot be unfolded.
let opened = [];
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("details:not([open])")];
  for (const fold of opened) fold.open = true;
});
addEventListener("afterprint", () => { for (const fold of opened) fold.open = false; });
