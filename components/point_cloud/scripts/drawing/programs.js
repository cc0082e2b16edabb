// Programs of the graphics card: built beside the page, and waited for when the places of their uniforms are asked for.

export function linked(gl, vertex, fragment, attributes) {
  const program = gl.createProgram();
  for (const [kind, text] of [[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]]) {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  attributes.forEach((name, place) => gl.bindAttribLocation(program, place, name));
  gl.linkProgram(program);
  return program;
}

// The places of a program's uniforms by their names.
export function placesIn(gl, program) {
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
    const said = gl.getAttachedShaders(program).map((shader) => gl.getShaderInfoLog(shader));
    throw new Error([...said, gl.getProgramInfoLog(program)].filter(Boolean).join(" "));
  }
  const places = {};
  for (let i = 0; i < gl.getProgramParameter(program, gl.ACTIVE_UNIFORMS); i++) {
    const { name } = gl.getActiveUniform(program, i);
    places[name] = gl.getUniformLocation(program, name);
  }
  return places;
}

// Set uniforms by their names: a matrix, whole numbers, or a vector.
export function setUniforms(gl, places, uniforms) {
  for (const [name, value] of Object.entries(uniforms)) {
    if (value.length === 16) gl.uniformMatrix4fv(places[name], false, value);
    else if (value instanceof Int32Array) gl.uniform4iv(places[name], value);
    else gl[`uniform${value.length}fv`](places[name], value);
  }
}
