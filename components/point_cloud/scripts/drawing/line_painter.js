// Lines as thin rectangles of the screen: smooth, of any width, dashed where wished.
import { linked, placesIn, setUniforms } from "./programs.js";

const FLOATS = 12; // from (3), to (3), colour (4), width, dash

const LINE_VERTEX = `#version 300 es
precision highp float;
in vec3 a_from, a_to;        // fractions of the box
in vec4 a_colour;
in vec2 a_stroke;            // width; length of a dash, 0 for none
uniform mat4 u_clip;
uniform vec3 u_screen;       // half the size in pixels, pixels to a CSS pixel
uniform float u_dashed;      // opacity of dashed lines
out vec2 v_place;
flat out vec4 v_colour;
flat out vec2 v_stroke;

void main() {
  vec4 a = u_clip * vec4(a_from, 1.0), b = u_clip * vec4(a_to, 1.0);
  gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
  if (a.w <= 0.0 || b.w <= 0.0) return;
  vec2 start = a.xy / a.w * u_screen.xy, end = b.xy / b.w * u_screen.xy;
  float span = distance(start, end);
  vec2 way = span > 0.0 ? (end - start) / span : vec2(1.0, 0.0);
  float across = float(gl_VertexID & 1) * 2.0 - 1.0, along = float(gl_VertexID >> 1);
  v_stroke = a_stroke * u_screen.z;
  v_place = vec2(along * span, across * (0.5 * v_stroke.x + 1.0));
  gl_Position = vec4((mix(start, end, along) + vec2(-way.y, way.x) * v_place.y) / u_screen.xy, 0.0, 1.0);
  v_colour = a_colour * (a_stroke.y > 0.0 ? u_dashed : 1.0);
}`;

const LINE_FRAGMENT = `#version 300 es
precision highp float;
in vec2 v_place;
flat in vec4 v_colour;
flat in vec2 v_stroke;
out vec4 colour;

void main() {
  float opacity = clamp(0.5 * v_stroke.x + 0.5 - abs(v_place.y), 0.0, 1.0);
  if (v_stroke.y > 0.0 && fract(v_place.x / v_stroke.y) > 0.36) opacity = 0.0;
  if (opacity == 0.0) discard;
  colour = v_colour * opacity;
}`;

export class LinePainter {
  constructor(gl) {
    this.gl = gl;
    this.program = linked(gl, LINE_VERTEX, LINE_FRAGMENT, ["a_from", "a_to", "a_colour", "a_stroke"]);
    this.arrays = gl.createVertexArray();
    this.buffer = gl.createBuffer();
    gl.bindVertexArray(this.arrays);
    for (let place = 0; place < 4; place++) {
      gl.enableVertexAttribArray(place);
      gl.vertexAttribDivisor(place, 1);
    }
    this.shift(0);
    gl.bindVertexArray(null);
    this.behind = this.before = 0;
  }

  finish() {
    this.at ??= placesIn(this.gl, this.program);
  }

  setLines({ behind, before }) {
    const { gl } = this;
    [this.behind, this.before] = [behind.length / FLOATS, before.length / FLOATS];
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffer);
    gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([...behind, ...before]), gl.STATIC_DRAW);
  }

  setUniforms(uniforms) {
    this.gl.useProgram(this.program);
    setUniforms(this.gl, this.at, uniforms);
  }

  // Draw the lines behind the nuclei, or those before them.
  draw(before) {
    const { gl } = this;
    const [first, count] = before ? [this.behind, this.before] : [0, this.behind];
    if (!count) return;
    gl.useProgram(this.program);
    gl.bindVertexArray(this.arrays);
    this.shift(first);
    gl.disable(gl.DEPTH_TEST);
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, count);
    gl.enable(gl.DEPTH_TEST);
    gl.bindVertexArray(null);
  }

  // WebGL2 cannot begin at a later instance: move the arrays instead.
  shift(segments) {
    const { gl } = this;
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffer);
    [[3, 0], [3, 3], [4, 6], [2, 10]].forEach(([size, start], place) => {
      gl.vertexAttribPointer(place, size, gl.FLOAT, false, 4 * FLOATS, 4 * (segments * FLOATS + start));
    });
  }
}
