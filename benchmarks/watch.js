// Put into a page before its own scripts, it counts what comes over the websocket, what goes to the GPU, what is
// drawn, and when the document changes. The same for every page and every way of drawing.
(() => {
  const seen = {
    socket: 0, // bytes received, after decompression
    view: 0, // of them those of our view's own messages
    uploaded: 0, // bytes given to WebGL buffers and textures
    sizes: [], // of each animation frame with points in it: how many
    points: 0, // points (or vertices) drawn since the canvas was last cleared
    most: 0, // the most so far
    grown: [], // [that most, ms since navigation at which the GPU had drawn it]
    quiet: 0, // tenths of a second without any of this
    context: null,
    messages: 0, // received
    sent: 0, // messages to the server
    events: [], // [ms since navigation, kind, whether a script runs then] of each message and change of the document
    pressed: 0, // ms since navigation at which the pointer was last let go
    shift: 0, // the layout shifts so far, added up
  };
  window.__seen = seen;
  setInterval(() => { seen.quiet += 1; }, 100);

  let running = true; // whether the server runs a script for this page
  const record = (kind) => { seen.events.push([performance.now(), kind, running]); };
  // What a message of Streamlit's is: the number of a field of its ForwardMsg, and that field's value if it is a number.
  const NEW_SESSION = 4, SCRIPT_FINISHED = 6, EARLY_FOR_RERUN = 2;
  const fields = function* (bytes) {
    let at = 0;
    const varint = () => {
      let value = 0;
      for (let shift = 1; ; shift *= 128) {
        const byte = bytes[at++];
        value += (byte & 127) * shift;
        if (!(byte & 128)) return value;
      }
    };
    while (at < bytes.length) {
      const tag = varint(), value = varint();
      if (tag % 8 === 2) at += value; // else a number; there are no others
      yield [Math.floor(tag / 8), value];
    }
  };
  const arrived = (buffer) => {
    let kind = "message";
    for (const [field, value] of buffer instanceof ArrayBuffer ? fields(new Uint8Array(buffer)) : []) {
      if (field === NEW_SESSION) running = true;
      if (field !== SCRIPT_FINISHED || value === EARLY_FOR_RERUN) continue;
      running = false;
      kind = "end";
    }
    record(kind);
  };
  const changes = new MutationObserver(() => record("change"));
  const all = { childList: true, subtree: true, attributes: true, characterData: true };
  changes.observe(document, all);
  const attachShadow = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (how) {
    const root = attachShadow.call(this, how);
    changes.observe(root, all);
    return root;
  };
  addEventListener("pointerup", () => { seen.pressed = performance.now(); }, true);
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) seen.shift += value;
  }).observe({ type: "layout-shift", buffered: true });

  // When all had settled: the first message or change at or after `start` that nothing followed within `silence` ms,
  // with no script running then. Where a run is awaited, none before its end counts. Null until there is one.
  seen.settled = (start, silence, awaited) => {
    const before = seen.events.findLast(([at]) => at <= start)?.[2] ?? true;
    const later = [[start, "start", before], ...seen.events.filter(([at]) => at > start)];
    const first = awaited ? later.findIndex(([, kind]) => kind === "end") : 0;
    const place = later.findIndex(([at, , runs], i) => i >= first && !runs
      && (later[i + 1]?.[0] ?? performance.now()) - at > silence);
    return first < 0 || place < 0 ? null : later[place][0];
  };

  window.WebSocket = class extends WebSocket {
    constructor(...address) {
      super(...address);
      this.addEventListener("message", ({ data }) => {
        const size = data.byteLength ?? data.length;
        seen.socket += size;
        seen.messages += 1;
        arrived(data);
        // Streamlit's announcements, the page's choices and the carrier's nuclei are other messages.
        if (size < 1e6 && new TextDecoder().decode(data).includes("nuclei_view")) seen.view += size;
        seen.quiet = 0;
      });
    }
  };

  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (...told) {
    seen.sent += 1;
    return send.apply(this, told);
  };

  // Wait for the GPU: reading a pixel makes WebGL finish all that it was told.
  seen.finish = () => {
    const gl = seen.context?.deref();
    if (!gl || gl.isContextLost()) return performance.now();
    const target = gl.getParameter(gl.FRAMEBUFFER_BINDING);
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
    gl.bindFramebuffer(gl.FRAMEBUFFER, target);
    return performance.now();
  };

  const await_ = (gl, fence, points) => {
    seen.quiet = 0;
    const done = gl.isContextLost() || gl.getSyncParameter(fence, gl.SYNC_STATUS) === gl.SIGNALED;
    if (done) seen.grown.push([points, performance.now()]);
    else setTimeout(await_, 4, gl, fence, points);
  };

  // After the scripts of this frame: note when the GPU will have drawn more than ever before.
  let noting = false;
  const note = (gl) => {
    noting = false;
    if (!gl.fenceSync) {
      seen.grown.push([seen.most, seen.finish()]);
      return;
    }
    const fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
    gl.flush();
    await_(gl, fence, seen.most);
  };

  let frame = -1;
  const drew = (gl, points) => {
    if (seen.context?.deref() !== gl) seen.context = new WeakRef(gl);
    seen.quiet = 0;
    gl.__points = (gl.__points ?? 0) + points;
    seen.points = gl.__points;
    if (frame !== document.timeline.currentTime) seen.sizes.push(0);
    frame = document.timeline.currentTime;
    seen.sizes[seen.sizes.length - 1] = seen.points;
    if (seen.points <= seen.most) return;
    seen.most = seen.points;
    if (!noting) queueMicrotask(() => note(gl));
    noting = true;
  };

  const bytes = (value) => (typeof value === "number" ? 0 : value?.byteLength ?? 4 * (value?.width * value?.height || 0));
  const sent = (value) => {
    seen.uploaded += bytes(value);
    seen.quiet = 0;
  };
  // What a texture brings; a picture drawn by script says how many nuclei are in it.
  const textured = (gl, told) => {
    const value = told.findLast((one) => typeof one === "object");
    sent(value);
    if (value?.nuclei) drew(gl, value.nuclei);
  };
  const LINES = [1, 2, 3];
  const before = {
    clear: (gl, mask) => { if (mask & gl.COLOR_BUFFER_BIT) gl.__points = 0; },
    clearBufferfv: (gl, buffer) => { if (buffer === gl.COLOR) gl.__points = 0; },
    drawArrays: (gl, mode, first, count) => LINES.includes(mode) || drew(gl, count),
    drawElements: (gl, mode, count) => LINES.includes(mode) || drew(gl, count),
    drawArraysInstanced: (gl, mode, first, count, instances) => LINES.includes(mode) || drew(gl, instances),
    drawElementsInstanced: (gl, mode, count, type, offset, instances) => LINES.includes(mode) || drew(gl, instances),
    bufferData: (gl, target, value, usage, start, length) => sent(length ? { byteLength: length * value.BYTES_PER_ELEMENT } : value),
    bufferSubData: (gl, target, at, value, start, length) => sent(length ? { byteLength: length * value.BYTES_PER_ELEMENT } : value),
    texImage2D: (gl, ...told) => textured(gl, told),
    texSubImage2D: (gl, ...told) => textured(gl, told),
  };
  for (const Kind of [WebGLRenderingContext, WebGL2RenderingContext]) {
    for (const [name, act] of Object.entries(before)) {
      const real = Kind.prototype[name];
      if (!real) continue;
      Kind.prototype[name] = function (...told) {
        act(this, ...told);
        return real.apply(this, told);
      };
    }
  }
})();
