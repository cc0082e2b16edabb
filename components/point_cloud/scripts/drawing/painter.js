// The WebGL side of the nuclei: buffers uploaded once, small textures that change, draw calls.
import { element } from "../controls/elements.js";
import { POSITION_NAMES } from "../state/pack.js";
import { LinePainter } from "./line_painter.js";
import { linked, placesIn, setUniforms } from "./programs.js";
import { Raster } from "./raster.js";
import { BITS_WIDTH, FRAGMENT, VERTEX } from "./shaders.js";

export function newSurface() {
  return element("canvas", { className: "points" });
}

// Whether the processor stands in for a graphics card. To ask keeps the page waiting until that has drawn all it was told.
function isSoftware(gl) {
  const { UNMASKED_RENDERER_WEBGL: name } = gl.getExtension("WEBGL_debug_renderer_info") ?? {};
  return /swiftshader|llvmpipe|softpipe|basic render/i.test(gl.getParameter(name ?? gl.RENDERER));
}

export class Painter {
  constructor(canvas) {
    // The buffer is kept between frames, because a picture at rest is completed in steps.
    const wishes = { antialias: false, alpha: false, preserveDrawingBuffer: true };
    this.gl = canvas.getContext("webgl2", { ...wishes, powerPreference: "high-performance" });
    if (!this.gl) throw new Error("no WebGL2");
    this.canvas = canvas;
    this.uploaded = { columns: 0 }; // bytes sent to the GPU, for tests and benchmarks
    this.build();
  }

  get lost() {
    return this.gl.isContextLost();
  }

  // Create everything on the GPU, at the start and after a lost context, without waiting for it.
  build() {
    const { gl } = this;
    this.cloud = null;
    this.buffers = new Map();
    this.bits = []; // by texture unit: the bitset that is there
    this.at = null;
    this.raster = isSoftware(gl) ? new Raster(gl) : null;
    this.program = null;
    if (!this.raster) this.link();
    this.lines = new LinePainter(gl);
    this.textures = [0, 1, 2].map(() => gl.createTexture());
    [1, 2].forEach((unit) => this.setTexture(unit, gl.R8UI, 1, 1, new Uint8Array(1)));
    this.setPalette(new Uint8Array(2048));
    this.chosen = gl.createBuffer();
    gl.enable(gl.DEPTH_TEST);
    gl.depthFunc(gl.LEQUAL);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.flush();
  }

  link() {
    this.program = linked(this.gl, VERTEX, FRAGMENT, ["a_place", "a_value"]);
  }

  // Wait for what the first picture needs, once.
  ready() {
    this.lines.finish();
    if (this.raster) this.raster.finish();
    else this.finish();
  }

  // Have all that a view of this cloud will ask for.
  receive(cloud) {
    this.ready();
    if (!this.raster) this.setCloud(cloud);
  }

  // Wait for the shaders of the nuclei, once: where a script draws these, a picture that is saved has the shaders.
  finish() {
    if (this.at) return;
    const { gl } = this;
    if (!this.program) this.link();
    this.at = placesIn(gl, this.program);
    gl.useProgram(this.program);
    ["u_palette", "u_filter", "u_selected"].forEach((name, unit) => gl.uniform1i(this.at[name], unit));
    this.warmUp();
  }

  // Draw one unseen point: shaders are built at their first use, best while the nuclei are on their way.
  warmUp() {
    const { gl } = this;
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, 8, gl.STATIC_DRAW);
    this.readPlaces();
    gl.vertexAttribPointer(1, 1, gl.UNSIGNED_BYTE, true, 0, 0);
    this.drawRows(0, 1);
    gl.flush();
  }

  // Of the buffer that is bound.
  readPlaces() {
    const { gl } = this;
    gl.enableVertexAttribArray(0);
    gl.vertexAttribPointer(0, 4, gl.UNSIGNED_SHORT, true, 8, 0); // as three, they would be copied first
    gl.enableVertexAttribArray(1);
  }

  // Upload a cloud's columns: the only large upload there is.
  setCloud(cloud) {
    this.finish();
    if (this.cloud === cloud) return;
    for (const { buffer } of this.buffers.values()) this.gl.deleteBuffer(buffer);
    this.buffers.clear();
    this.cloud = cloud;
    const places = new Uint16Array(4 * cloud.n); // four by four: GPUs read whole words
    const { positions } = cloud;
    for (let i = 0, j = 0; j < positions.length; i += 4) {
      places[i] = positions[j++];
      places[i + 1] = positions[j++];
      places[i + 2] = positions[j++];
    }
    const place = this.addBuffer("place", places, 8);
    POSITION_NAMES.forEach((name, axis) => this.buffers.set(name, { ...place, offset: 2 * axis }));
    for (const [name, { array }] of cloud.sections) {
      const [kind, column] = name.split(/:(.*)/);
      if (kind === "label" || kind === "number") this.addBuffer(column, array);
    }
    const { gl } = this;
    gl.bindBuffer(gl.ARRAY_BUFFER, place.buffer);
    this.readPlaces();
  }

  addBuffer(name, array, stride = 0) {
    const { gl } = this;
    const type = array.BYTES_PER_ELEMENT === 1 ? gl.UNSIGNED_BYTE : gl.UNSIGNED_SHORT;
    const buffer = gl.createBuffer();
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.bufferData(gl.ARRAY_BUFFER, array, gl.STATIC_DRAW);
    this.uploaded.columns += array.byteLength;
    this.buffers.set(name, { buffer, type, stride, offset: 0 });
    return this.buffers.get(name);
  }

  // Colour by this column; `derive` computes its codes where the cloud was packed without it.
  setColumn(name, derive) {
    if (!this.buffers.has(name)) this.addBuffer(name, derive());
    const { gl } = this;
    const { buffer, type, stride, offset } = this.buffers.get(name);
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.vertexAttribPointer(1, 1, type, true, stride, offset);
  }

  setPalette(bytes) {
    this.setTexture(0, this.gl.RGBA8, 256, 2, bytes);
  }

  // `unit` 1 is the filter, 2 the selection; uploaded only when they change.
  setBits(unit, bits) {
    if (!bits || this.bits[unit] === bits) return;
    this.bits[unit] = bits;
    const height = Math.max(1, Math.ceil(bits.length / BITS_WIDTH));
    const whole = new Uint8Array(BITS_WIDTH * height);
    whole.set(bits);
    this.setTexture(unit, this.gl.R8UI, BITS_WIDTH, height, whole);
  }

  setTexture(unit, format, width, height, bytes) {
    const { gl } = this;
    const layout = format === gl.R8UI ? gl.RED_INTEGER : gl.RGBA;
    gl.activeTexture(gl.TEXTURE0 + unit);
    gl.bindTexture(gl.TEXTURE_2D, this.textures[unit]);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    gl.texImage2D(gl.TEXTURE_2D, 0, format, width, height, 0, layout, gl.UNSIGNED_BYTE, bytes);
    for (const side of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) {
      gl.texParameteri(gl.TEXTURE_2D, side, gl.NEAREST);
    }
  }

  // The rows that stay in the picture while the camera moves, if few rows are chosen.
  setChosen(rows) {
    const { gl } = this;
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, this.chosen);
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, rows, gl.DYNAMIC_DRAW);
  }

  setUniforms(uniforms) {
    this.gl.useProgram(this.program);
    setUniforms(this.gl, this.at, uniforms);
  }

  clear([red, green, blue]) {
    const { gl, canvas } = this;
    gl.viewport(0, 0, canvas.width, canvas.height);
    gl.clearColor(red, green, blue, 1);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
  }

  drawRows(first, count) {
    this.gl.useProgram(this.program);
    if (count > 0) this.gl.drawArrays(this.gl.POINTS, first, count);
  }

  drawChosen(first, count) {
    this.gl.useProgram(this.program);
    if (count > 0) this.gl.drawElements(this.gl.POINTS, count, this.gl.UNSIGNED_INT, 4 * first);
  }

  close() {
    this.gl.getExtension("WEBGL_lose_context")?.loseContext();
  }
}
