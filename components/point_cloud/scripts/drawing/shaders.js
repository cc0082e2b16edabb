// One nucleus, one round point. What a nucleus looks like is decided here from its code and two bitsets,
// so that a recolour, a filter or a selection changes a small texture and nothing else.

import { SHAPE_STEP } from "../state/shapes.js";

export const BITS_WIDTH = 1024; // bytes in a row of a bitset's texture
export const NOTHING_LIT = 2; // of u_sets.y
export const SHAPED = 7; // least pixels of a point whose shape is to be seen

export const VERTEX = `#version 300 es
precision highp float;
precision highp usampler2D;
in vec3 a_place;             // fractions of the box
in float a_value;            // a label's code, or a number as a fraction of its column's range
uniform mat4 u_clip;
uniform vec4 u_away;         // distance from the eye
uniform vec3 u_numbers;      // ends of the colour map, as fractions; 0 labels, 1 numbers, 2 some missing
uniform vec3 u_low, u_high;  // the slab
uniform vec4 u_size;         // point size in pixels at the target, distance of the target, context, chosen
uniform vec2 u_fade;         // distances at which fading begins and ends
uniform ivec4 u_sets;        // is there a filter, a selection (or nothing lit), a highlighted label; is context shown
uniform sampler2D u_palette; // row 0: colours; row 1: red = shown, half red = where selected, green = highlighted, blue = shape
uniform usampler2D u_filter, u_selected;
flat out vec4 v_colour;
flat out float v_size, v_fade, v_shape;

bool has(usampler2D bits) {
  int place = gl_VertexID >> 3;
  uint byte = texelFetch(bits, ivec2(place & ${BITS_WIDTH - 1}, place / ${BITS_WIDTH}), 0).r;
  return ((byte >> uint(gl_VertexID & 7)) & 1u) == 1u;
}

int code() {
  if (u_numbers.z < 0.5) return int(a_value * 255.0 + 0.5);
  if (u_numbers.z > 1.5 && a_value > 0.999995) return 255;
  return int(clamp((a_value - u_numbers.x) / (u_numbers.y - u_numbers.x), 0.0, 1.0) * 254.0 + 0.5);
}

void main() {
  int mine = code();
  vec4 state = texelFetch(u_palette, ivec2(mine, 1), 0);
  bool cut = any(lessThan(a_place, u_low)) || any(greaterThan(a_place, u_high));
  bool chosen = state.r > (u_sets.y == 1 ? 0.25 : 0.75) && (u_sets.x == 0 || has(u_filter));
  bool lit = chosen && (u_sets.y == 0 || (u_sets.y == 1 && has(u_selected))) && (u_sets.z < 1 || state.g > 0.5);
  vec4 place = vec4(a_place, 1.0);
  gl_Position = u_clip * place;
  float away = dot(u_away, place);
  if (cut || away <= 0.0 || (!lit && u_sets.w == 0)) {
    gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
    gl_PointSize = 0.0;
    return;
  }
  // What is lit is always before the grey context, however deep it lies.
  gl_Position.z = 0.5 * (gl_Position.z + (lit ? -gl_Position.w : gl_Position.w));
  float scale = u_size.x * u_size.y / gl_Position.w;
  v_shape = lit ? floor(state.b * 255.0 / ${SHAPE_STEP}.0 + 0.5) : 0.0;
  v_size = max(v_shape > 0.5 ? ${SHAPED}.0 : 1.0, scale * (lit ? u_size.w : u_size.z));
  gl_PointSize = v_size;
  v_fade = clamp((away - u_fade.x) / (u_fade.y - u_fade.x), 0.0, 1.0);
  v_colour = lit ? vec4(texelFetch(u_palette, ivec2(mine, 0), 0).rgb, 1.0) : vec4(0.0);
}`;

export const FRAGMENT = `#version 300 es
precision mediump float;
uniform vec3 u_paper;        // the colour behind the nuclei
uniform vec4 u_context;      // colour and opacity of what is not chosen
uniform vec2 u_depth;        // how far colours fade, how round points look
flat in vec4 v_colour;
flat in float v_size, v_fade, v_shape;
out vec4 colour;

// How far out a place of a point is, 1 at its edge, by its shape: see state/shapes.js.
float reach(vec2 p) {
  vec2 a = abs(p), turned = abs(vec2(p.x + p.y, p.x - p.y)) * 0.7071;
  if (v_shape < 2.5) return v_shape < 1.5 ? length(p) : max(a.x, a.y) / 0.85;
  if (v_shape < 3.5) return max(p.y / 0.8, (a.x / 0.55 - p.y) / 0.95);
  if (v_shape < 4.5) return a.x + a.y;
  if (v_shape < 5.5) return min(max(a.x / 0.32, a.y / 0.95), max(a.y / 0.32, a.x / 0.95));
  if (v_shape < 6.5) return min(max(turned.x / 0.32, turned.y / 0.95), max(turned.y / 0.32, turned.x / 0.95));
  return max(-p.y / 0.8, (a.x / 0.55 + p.y) / 0.95);
}

void main() {
  float opacity = 1.0, shade = 0.0;
  if (v_size > 1.8) {
    vec2 p = 2.0 * gl_PointCoord - 1.0;
    float r = dot(p, p);
    if (v_shape > 0.5) { r = max(0.0, reach(p)); r *= r; }
    float edge = 3.2 / v_size;
    // The smallest points stay squares: there is no room in them for a round edge.
    opacity = mix(1.0, clamp((1.0 - r) / edge + 0.35, 0.0, 1.0), clamp((v_size - 1.8) / 1.6, 0.0, 1.0));
    if (opacity < 0.08) discard;
    shade = r * u_depth.y * clamp((v_size - 2.0) / 4.0, 0.0, 1.0);
  }
  vec3 base = v_colour.a > 0.5 ? v_colour.rgb * (1.0 - shade) : u_context.rgb;
  if (v_colour.a < 0.5) opacity *= u_context.a;
  base = mix(base, u_paper, v_fade * u_depth.x);
  colour = vec4(base * opacity, opacity);
}`;
