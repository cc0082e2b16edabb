// Making elements. A style is given as CSS.

export function element(kind, properties = {}, ...children) {
  const made = document.createElement(kind);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-") || name === "role") made.setAttribute(name, value);
    else made[name] = value;
  }
  made.append(...children);
  return made;
}

export function button(title, content, act) {
  return element("button", { type: "button", title, "aria-label": title, onclick: act }, content);
}

export function swatch(colour, clip = "circle()") {
  return element("span", { className: "swatch", style: `background: ${colour}; --clip: ${clip}` });
}

const PATHS = {
  orbit: "M12 4v16M4 12h16M12 4l-2.2 2.4M12 4l2.2 2.4M12 20l-2.2-2.4M12 20l2.2-2.4M4 12l2.4-2.2M4 12l2.4 2.2M20 12l-2.4-2.2M20 12l-2.4 2.2",
  lasso: "M12 5c4.7 0 8 2.1 8 5s-3.3 5-8 5c-1.2 0-2.4-.1-3.4-.4M8.6 14.6C5.900 13.900 4 12.200 4 10c0-2.900 3.300-5 8-5M8.600 14.600c.6 2.200-.4 4-2.600 4.900",
  box: "M5 5h3M10.500 5h3M16 5h3v3M19 10.500v3M19 16v3h-3M13.500 19h-3M8 19H5v-3M5 13.500v-3M5 8V5",
  fit: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5M12 9.500a2.500 2.500 0 1 0 .01 0",
  home: "M4.500 12a7.500 7.500 0 1 0 2.400-5.500M4.500 4.500v4h4",
  clear: "M7 7l10 10M17 7L7 17",
  more: "M5 8h8M17 8h2M15 6v4M5 16h2M11 16h8M9 14v4",
  fold: "M7 14l5-5 5 5",
  save: "M12 4v10M8 10.500l4 4 4-4M5 19h14",
  help: "M9 9a3 3 0 1 1 4.500 2.600c-1 .600-1.500 1.200-1.500 2.400M12 17.200v.300",
  present: "M4 5h16v10H4zM12 15v4M8.500 19h7M10.500 7.500l4 2.500-4 2.500z",
  full: "M14 5h5v5M19 5l-6 6M10 19H5v-5M5 19l6-6",
};

export function icon(name) {
  const holder = element("template");
  holder.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${PATHS[name]}"></path></svg>`;
  return holder.content.firstChild;
}

// Have the browser save a file.
export function saveFile(file, name) {
  const link = element("a", { href: URL.createObjectURL(file), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}
