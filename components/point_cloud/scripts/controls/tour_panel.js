// The menu of tours: the release's own, and one that the reader makes of views.
import { linkTo, readSteps, writeSteps } from "../tour/text.js";
import { button, element, saveFile } from "./elements.js";
import { plural } from "./words.js";

export class TourPanel {
  // `owner` is the view; its store has the tour.
  constructor(root, owner) {
    this.root = root;
    this.owner = owner;
    this.list = element("div", {});
    this.said = element("output", {});
    this.file = element("input", { type: "file", accept: ".json", hidden: true, onchange: () => this.load() });
    const { tour } = owner.store;
    const own = () => this.begin(() => tour.present(owner, tour.steps));
    const ask = () => this.begin(() => owner.answer("tour", Date.now()));
    if (!owner.store.saved) root.append(button("Present the release in five steps", "The release in five steps", ask));
    root.append(
      element("strong", { textContent: "A tour of your own" }),
      this.list,
      button("Add this view to the tour", "Add this view", () => tour.add(owner)),
      element("div", { className: "row" },
        (this.present = button("Present your tour", "Present", own)),
        (this.save = button("Save the tour as a file", "Save", () => this.write())),
        button("Load a tour from a file", "Load", () => this.file.click()),
        (this.link = button("Copy a link to the tour", "Link", () => this.copy()))),
      this.file,
      this.said,
    );
    this.link.hidden = Boolean(owner.store.saved); // no address that others could open
    this.draw();
  }

  begin(act) {
    this.owner.toolbar.open(null);
    this.owner.over.focus();
    act();
  }

  draw() {
    const { tour } = this.owner.store;
    this.present.disabled = this.save.disabled = this.link.disabled = !tour.steps.length;
    this.list.replaceChildren(...tour.steps.map(({ words }, i) => {
      const field = element("input", { value: words, "aria-label": `Words of step ${i + 1}` });
      field.onchange = () => (tour.steps = tour.steps.map((step, k) => (k === i ? { ...step, words: field.value } : step)));
      field.onkeydown = (event) => event.stopPropagation();
      return element("div", { className: "row" }, field,
        button(`Move step ${i + 1} up`, "↑", () => tour.move(i, -1)),
        button(`Move step ${i + 1} down`, "↓", () => tour.move(i, 1)),
        button(`Remove step ${i + 1}`, "✕", () => tour.remove(i)));
    }));
  }

  write() {
    const { store, message } = this.owner;
    const file = new Blob([writeSteps(store.tour.steps, message.source)], { type: "application/json" });
    saveFile(file, `${message.synthetic ? "synthetic-" : ""}tour.json`);
  }

  // Say something where it is seen.
  tell(text) {
    this.owner.toolbar.open(this.root);
    this.said.textContent = text;
  }

  async copy() {
    try {
      const link = await linkTo(this.owner.store.tour.steps);
      this.said.replaceChildren(element("input", { readOnly: true, value: link, "aria-label": "Link to the tour" }));
      this.said.firstChild.select();
      await navigator.clipboard.writeText(link);
      this.said.textContent = "Link copied.";
    } catch (error) {
      if (!this.said.firstChild?.select) this.said.textContent = error.message;
    } // without the clipboard the link is shown, to be copied by hand
  }

  async load() {
    const [file] = this.file.files;
    try {
      this.owner.store.tour.steps = readSteps(await file.text());
      this.said.textContent = `${file.name}: ${plural(this.owner.store.tour.steps.length, "step", "steps")}.`;
    } catch (error) {
      this.said.textContent = `${file.name} is not a tour: ${error.message}`;
    }
    this.file.value = "";
  }
}
