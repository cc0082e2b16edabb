// Run in a page of the app: every fault of its layout as { rule, what, box: [left, top, width, height] }. What is
// looked for has no names of this app but the cloud's: controls by their roles, text by its place, Streamlit's blocks by
// their test IDs. With `cloud` there must be one.
({ noScroll, synthetic, cloud }) => {
  const CONTROLS = "button, a[href], input:not([type=hidden]), select, textarea, summary, [role=button], [role=tab], "
    + "[role=radio], [role=checkbox], [role=switch], [role=slider], [role=combobox], [role=option], [role=menuitem]";
  const BLOCKS = "[data-testid=stElementContainer], [data-testid=stVerticalBlock], [data-testid=stColumn], [role=tabpanel]";
  const faults = [], styles = new Map(), every = [];
  const gather = (root) => {
    for (const element of root.querySelectorAll("*")) {
      every.push(element);
      if (element.shadowRoot) gather(element.shadowRoot);
    }
  };
  gather(document.body);
  const style = (element) => {
    if (!styles.has(element)) styles.set(element, getComputedStyle(element));
    return styles.get(element);
  };
  const parent = (element) => element.parentElement ?? element.getRootNode().host ?? null;
  const above = function* (element) { for (let up = parent(element); up; up = parent(up)) yield up; };
  const within = (inner, outer) => inner === outer || [...above(inner)].includes(outer);
  const shown = (element) => element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
  const box = ({ left, top, right, bottom }) => ({ left, top, right, bottom });
  const width = (one) => one.right - one.left, height = (one) => one.bottom - one.top;
  const meet = (one, other) => ({
    left: Math.max(one.left, other.left), top: Math.max(one.top, other.top),
    right: Math.min(one.right, other.right), bottom: Math.min(one.bottom, other.bottom),
  });
  const symbol = (element) => style(element).fontFamily.includes("Material Symbols");
  const main = document.querySelector("[data-testid=stMain]") ?? document.scrollingElement;
  const screen = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
  const fault = (rule, what, { left, top, right, bottom }) => {
    const words = what.replace(/\s+/g, " ").trim().slice(0, 90);
    faults.push({ rule, what: words, box: [left, top, right - left, bottom - top].map(Math.round) });
  };
  const textOf = (element) => element.shadowRoot?.textContent ?? element.textContent;
  const name = (element) => element.getAttribute("aria-label") || element.labels?.[0]?.textContent || element.title
    || textOf(element).trim() || element.value || element.placeholder || `${element.tagName} ${element.className}`;

  // The ancestors that cut what sticks out of them, innermost first: { edge, x, y, at }, x and y "cut", "scroll" or "".
  const KINDS = { hidden: "cut", clip: "cut", auto: "scroll", scroll: "scroll" };
  const cutters = (element) => {
    const found = [];
    let { position } = style(element);
    for (const at of above(element)) {
      const own = style(at), holds = own.transform !== "none" || own.filter !== "none" || own.containerType === "size";
      if (!holds && (position === "fixed" || (position === "absolute" && own.position === "static"))) continue;
      position = own.position;
      const x = KINDS[own.overflowX] ?? "", y = KINDS[own.overflowY] ?? "";
      if ((!x && !y) || own.display.startsWith("inline") && !own.display.includes("-") || at === document.body) continue;
      const outer = at.getBoundingClientRect();
      const left = outer.left + at.clientLeft, top = outer.top + at.clientTop;
      found.push({ at, x, y, edge: { left, top, right: left + at.clientWidth, bottom: top + at.clientHeight } });
    }
    return found;
  };
  // By how much a box is cut at its sides and at its top or bottom, where it cannot be scrolled to.
  const cutOf = (one, chain) => {
    let across = 0, down = 0, freeX = false, freeY = false;
    for (const { x, y, edge } of [...chain, { x: "cut", y: "cut", edge: screen }]) {
      if (x === "cut" && !freeX) across = Math.max(across, edge.left - one.left, one.right - edge.right);
      if (y === "cut" && !freeY) down = Math.max(down, edge.top - one.top, one.bottom - edge.bottom);
      freeX ||= x === "scroll";
      freeY ||= y === "scroll";
    }
    return { across, down };
  };
  // What is left of a box by the scrollers and clipping ancestors, the page's own scroller not counted.
  const seen = (one, chain) => chain.reduce((left, { at, x, y, edge }) => at === main ? left : meet(left, {
    left: x ? edge.left : -Infinity, right: x ? edge.right : Infinity,
    top: y ? edge.top : -Infinity, bottom: y ? edge.bottom : Infinity,
  }), one);
  const parked = (one) => one.right <= 1 || one.bottom <= 1 || width(one) < 3 || height(one) < 3; // off-screen by intent

  // The page.
  if (document.documentElement.scrollWidth > innerWidth + 1 || main.scrollWidth > main.clientWidth + 1) {
    const wide = main.scrollWidth - main.clientWidth;
    fault("horizontal scroll", `the page is ${wide} px wider than its window`, main.getBoundingClientRect());
  }
  const tall = Math.max(main.scrollHeight - main.clientHeight, document.documentElement.scrollHeight - innerHeight);
  if (noScroll && tall > 1) fault("page too tall", `by ${tall} px`, main.getBoundingClientRect());
  const canvases = every.filter((element) => element.matches("canvas") && shown(element)).map((one) => one.getBoundingClientRect());
  const wanted = cloud || document.querySelector(".stElementContainer[class*='-cloud']");
  if (wanted && !(__seen.points && canvases.some((place) => width(place) > 150 && height(place) > 100))) {
    fault("no cloud", "no nucleus is drawn", screen);
  }
  for (const element of document.querySelectorAll("[data-testid=stException], [data-testid=stSkeleton]")) {
    fault("not a finished page", textOf(element) || element.dataset.testid, element.getBoundingClientRect());
  }

  // Text.
  const words = [];
  for (const element of every) {
    if (element.closest("canvas, template, noscript, script, style") || !shown(element)) continue;
    if (element.matches("input:is([type=text], [type=number], [type=search], :not([type]))") && !parked(element.getBoundingClientRect())) {
      const field = document.createElement("canvas").getContext("2d"), own = style(element);
      field.font = own.font;
      const room = element.clientWidth - parseFloat(own.paddingLeft) - parseFloat(own.paddingRight);
      const long = field.measureText(element.value || element.placeholder).width - room;
      if (long > 1.5) fault("text clipped", `${name(element)}: ${element.value || element.placeholder}`, element.getBoundingClientRect());
    }
    const texts = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    if (!texts.length || symbol(element)) continue;
    const chain = cutters(element).concat([]), range = document.createRange(), own = style(element);
    if (own.overflowX !== "visible" && element.clientWidth) {
      const edge = box(element.getBoundingClientRect());
      chain.unshift({ at: element, x: KINDS[own.overflowX] ?? "", y: KINDS[own.overflowY] ?? "", edge });
    }
    if (chain.some(({ edge }) => width(edge) < 3 || height(edge) < 3)) continue; // for screen readers only, or folded
    const size = parseFloat(own.fontSize);
    let worst = null;
    for (const text of texts) {
      range.selectNodeContents(text);
      for (const part of range.getClientRects()) {
        if (parked(part)) continue;
        const cut = cutOf(part, chain);
        const left = seen(box(part), chain);
        if (width(left) > 0 && height(left) > 0) words.push({ text: text.data, box: left, element });
        if (cut.across > 1.5 || cut.down > 0.35 * size) worst ??= part;
      }
    }
    const short = chain.find(({ at, x }) => x === "cut" && style(at).textOverflow === "ellipsis" && at.scrollWidth > at.clientWidth + 1);
    for (const text of short || element.closest("svg, code, pre") ? [] : texts) {
      for (const { index, 0: word } of text.data.matchAll(/(?<![_/.\p{L}])\p{L}{4,}(?![_/\p{L}])/gu)) {
        range.setStart(text, index);
        range.setEnd(text, index + word.length);
        if (range.getClientRects().length > 1) fault("word broken", word, range.getBoundingClientRect());
      }
    }
    // What is shortened in sight is told in full by the help beside it.
    const told = short && element.closest("[data-testid=stMarkdown]")?.querySelector("[aria-label^=Help]");
    if ((worst || short) && !told) fault("text clipped", texts.map((text) => text.data).join(" "), worst ?? short.edge);
  }
  const turned = (element) => /rotate\((?!0[,)])/.test(element.getAttribute("transform") ?? "");
  // A tooltip lies over what it covers, on a ground of its own.
  const ground = (element) => element.closest(".js-plotly-plot, [data-testid=stVerticalBlock], [role=tooltip]") ?? element.getRootNode();
  const straight = words.filter(({ element }) => ![element, ...above(element)].some(turned));
  straight.forEach((one, i) => {
    for (const other of straight.slice(i + 1)) {
      const both = meet(one.box, other.box);
      if (width(both) < 4 || height(both) < 4 || within(one.element, other.element) || within(other.element, one.element)) continue;
      if (ground(one.element) === ground(other.element)) fault("texts overlap", `${one.text} × ${other.text}`, both);
    }
  });
  if (synthetic && !words.some((word) => /synthetic/i.test(word.text) && !word.element.closest("svg, [aria-label='3D view']")
      && word.box.left >= 0 && word.box.top >= 0 && word.box.right <= innerWidth && word.box.bottom <= innerHeight)) {
    fault("no badge", "nothing in sight says that the rows are synthetic", screen);
  }

  // Controls.
  const controls = every.filter((element) => element.matches(CONTROLS) && !element.disabled && shown(element)
    && !element.closest("canvas, template") && style(element).pointerEvents !== "none")
    .map((element) => ({ element, whole: box(element.getBoundingClientRect()), chain: cutters(element) }))
    .filter(({ whole, chain }) => !parked(whole) && !chain.some(({ edge }) => width(edge) < 3 || height(edge) < 3));
  for (const control of controls) {
    const { element, whole, chain } = control;
    control.part = seen(whole, chain);
    control.floats = [element, ...above(element)].find((up) => ["sticky", "fixed"].includes(style(up).position));
    const { across, down } = cutOf(whole, chain);
    if (across > 2 || down > 2) fault("control cut", `${name(element)}, by ${Math.round(Math.max(across, down))} px`, whole);
  }
  for (const group of every.filter((element) => element.matches("[role=radiogroup]") && shown(element))) {
    const row = [group, ...above(group)].slice(0, 3).find((one) => one.scrollWidth > one.clientWidth + 4 && KINDS[style(one).overflowX]);
    if (row && innerWidth >= 900) fault("choices cut", `${name(group)}, by ${row.scrollWidth - row.clientWidth} px`, row.getBoundingClientRect());
  }
  const widget = (element) => element.closest("label, [data-testid=stElementContainer], [role=group]:not([aria-label])");
  const sees = (element) => {
    const part = meet(seen(box(element.getBoundingClientRect()), cutters(element)), screen);
    if (width(part) < 3 || height(part) < 3) return null;
    const [x, y] = [(part.left + part.right) / 2, (part.top + part.bottom) / 2];
    let hit = document.elementFromPoint(x, y);
    while (hit?.shadowRoot) {
      const deeper = hit.shadowRoot.elementFromPoint(x, y);
      if (!deeper || deeper === hit) break;
      hit = deeper;
    }
    if (!hit || within(hit, element) || within(element, hit)) return "";
    if (hit.closest("[aria-label^='Scroll tabs']")) return ""; // goes when the row is scrolled to its end
    const own = element.getRootNode() === document ? widget(element) : null;
    return own && own.contains(hit) ? "" : name(hit) || hit.tagName;
  };
  const scrolls = (up) => {
    const x = up.scrollWidth > up.clientWidth && ["auto", "scroll"].includes(style(up).overflowX);
    const y = up.scrollHeight > up.clientHeight && ["auto", "scroll"].includes(style(up).overflowY);
    return x || y ? { up, x, y } : null;
  };
  const scrollers = (element) => [...above(element)].map(scrolls).filter(Boolean);
  const scrolledTo = (element, check) => {
    const moved = scrollers(element), before = moved.map(({ up }) => [up, up.scrollLeft, up.scrollTop]);
    for (const { up, x, y } of moved) {
      const own = element.getBoundingClientRect(), outer = up.getBoundingClientRect();
      const left = x ? (own.left + own.right - outer.left - outer.right) / 2 : 0;
      const top = y ? (own.top + own.bottom - outer.top - outer.bottom) / 2 : 0;
      up.scrollBy({ left, top, behavior: "instant" });
    }
    const result = check();
    for (const [up, left, top] of before) up.scrollTo({ left, top, behavior: "instant" });
    return result;
  };
  for (const { element, whole, part } of controls) {
    if (width(part) < 3 || height(part) < 3) continue; // scrolled away in a panel
    const over = sees(element);
    if (over === "") continue;
    const still = scrolledTo(element, () => sees(element));
    if (still) fault("control covered", `${name(element)} by ${still}`, whole);
  }
  controls.forEach((one, i) => {
    for (const other of controls.slice(i + 1)) {
      const both = meet(one.part, other.part);
      if (width(both) <= 2 || height(both) <= 2 || one.floats !== other.floats) continue;
      if (within(one.element, other.element) || within(other.element, one.element)) continue;
      const apart = (first, second) => scrollers(first).some(({ up }) => up !== main && !within(second, up));
      if (apart(one.element, other.element) || apart(other.element, one.element)) continue; // one can be scrolled free
      const root = one.element.getRootNode();
      if (root === document && widget(one.element) && widget(one.element) === widget(other.element)) continue;
      fault("controls overlap", `${name(one.element)} × ${name(other.element)}`, both);
    }
  });
  for (const bar of every.filter((element) => element.matches(".modebar-group"))) {
    const place = bar.getBoundingClientRect(), chart = bar.closest(".js-plotly-plot");
    const under = words.find(({ element, box: own }) => chart.contains(element) && !bar.contains(element)
      && width(meet(own, place)) > 2 && height(meet(own, place)) > 2);
    if (under) fault("controls overlap", `the chart's buttons × ${under.text}`, place);
  }

  // Emptiness.
  const filled = (element) => textOf(element).trim() !== ""
    || element.querySelector("svg, canvas, img, input, iframe, button, video") !== null
    || [...element.querySelectorAll("*")].some((inner) => inner.shadowRoot?.querySelector("canvas, svg, button"));
  const empty = [];
  for (const element of document.querySelectorAll(BLOCKS)) {
    const place = element.getBoundingClientRect();
    if (!shown(element) || width(place) < 120 || height(place) < 40 || filled(element)) continue;
    if (empty.some((outer) => outer.contains(element))) continue;
    empty.push(element);
    fault("empty", `${element.dataset.testid ?? "tab"} ${[...element.classList].find((own) => own.startsWith("st-key-")) ?? ""}`, place);
  }
  for (const chart of every.filter((element) => element.matches(".js-plotly-plot") && shown(element))) {
    const marks = [...chart.querySelectorAll(".trace :is(path, image, text), .heatmaplayer image, .sankey path, canvas, .annotation text")];
    if (!marks.some((mark) => { const { width: w, height: h } = mark.getBoundingClientRect(); return w + h > 2; })) {
      fault("empty", `the chart ${name(chart.closest("[role=figure]") ?? chart)}`, chart.getBoundingClientRect());
    }
  }
  return faults;
}
