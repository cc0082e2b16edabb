// The nuclei drawn by script, on the WebGL canvas as one texture: where there is no graphics card.
import { linked, placesIn } from "./programs.js";
import { looksOf, stamp } from "./stamps.js";

const UNIT = 3; // of the texture, after the painter's
const FARTHEST = 2; // farther than any nucleus
const WHOLE_VERTEX = `#version 300 es
void main() {
  gl_Position = vec4(float(gl_VertexID & 1) * 4.0 - 1.0, float(gl_VertexID >> 1) * 4.0 - 1.0, 0.0, 1.0);
}`;
const WHOLE_FRAGMENT = `#version 300 es
precision mediump float;
uniform sampler2D u_pixels;
out vec4 colour;
void main() {
  colour = texelFetch(u_pixels, ivec2(gl_FragCoord.xy), 0);
}`;

export class Raster {
  constructor(gl) {
    this.gl = gl;
    this.program = linked(gl, WHOLE_VERTEX, WHOLE_FRAGMENT, []);
    this.texture = gl.createTexture();
    this.seen = []; // what the looks of the nuclei follow from
  }

  finish() {
    this.at ??= placesIn(this.gl, this.program);
  }

  // Begin a picture: of nothing, or with the ground that was kept.
  clear(grounded) {
    const { width, height } = this.gl.canvas;
    if (this.width !== width || this.height !== height) {
      Object.assign(this, { width, height, ground: null, sized: false });
      this.pixels = new Uint32Array(width * height);
      this.depths = new Float32Array(width * height);
    }
    if (grounded) this.pixels.set(this.ground);
    else this.pixels.fill(0);
    this.depths.fill(FARTHEST);
    this.count = 0;
  }

  // Draw `count` rows from the `first` on, or those of a list.
  draw(nuclei, uniforms, first, count, rows = null) {
    const looks = rows ? looksOf(nuclei, uniforms, rows) : this.looksOfAll(nuclei, uniforms);
    stamp(this, nuclei, looks, uniforms, first, count, rows);
    this.count += count;
  }

  looksOfAll(nuclei, uniforms) {
    const { u_sets, u_numbers, u_low, u_high } = uniforms;
    const seen = [...Object.values(nuclei), String([u_sets, u_numbers, u_low, u_high])];
    if (seen.some((one, i) => one !== this.seen[i])) this.looks = looksOf(nuclei, uniforms);
    this.seen = seen;
    return this.looks;
  }

  // Keep the picture as the ground of others.
  keep() {
    this.ground = this.pixels.slice();
  }

  // Put it on what the canvas shows.
  show() {
    const { gl, width, height } = this;
    const bytes = new Uint8Array(this.pixels.buffer);
    bytes.nuclei = this.count; // for tests and benchmarks
    gl.useProgram(this.program);
    gl.uniform1i(this.at.u_pixels, UNIT);
    gl.activeTexture(gl.TEXTURE0 + UNIT);
    gl.bindTexture(gl.TEXTURE_2D, this.texture);
    if (!this.sized) {
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, width, height, 0, gl.RGBA, gl.UNSIGNED_BYTE, bytes);
      for (const side of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) {
        gl.texParameteri(gl.TEXTURE_2D, side, gl.NEAREST);
      }
    } else gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, bytes);
    this.sized = true;
    gl.disable(gl.DEPTH_TEST);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
    gl.enable(gl.DEPTH_TEST);
  }
}
