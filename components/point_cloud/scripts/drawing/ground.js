// The picture of all nuclei as grey context, kept beside the canvas. Where few nuclei are lit, the picture is this
// one with those few on it: to light others needs no other nucleus drawn again.

export class Ground {
  constructor(gl) {
    this.gl = gl;
    this.whole = false; // whether it has all nuclei as the camera sees them now
    this.frame = gl.createFramebuffer();
    this.parts = [[gl.RGBA8, gl.COLOR_ATTACHMENT0], [gl.DEPTH_COMPONENT16, gl.DEPTH_ATTACHMENT]].map(
      ([format, place]) => ({ format, place, buffer: gl.createRenderbuffer() }),
    );
  }

  // Draw on it, not on the canvas, until `leave`.
  enter() {
    const { gl } = this;
    const { width, height } = gl.canvas;
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.frame);
    if (this.width === width && this.height === height) return;
    Object.assign(this, { width, height });
    for (const { format, place, buffer } of this.parts) {
      gl.bindRenderbuffer(gl.RENDERBUFFER, buffer);
      gl.renderbufferStorage(gl.RENDERBUFFER, format, width, height);
      gl.framebufferRenderbuffer(gl.FRAMEBUFFER, place, gl.RENDERBUFFER, buffer);
    }
  }

  leave() {
    this.gl.bindFramebuffer(this.gl.FRAMEBUFFER, null);
  }

  // Copy it to the canvas, with nothing before it.
  show() {
    const { gl, width, height } = this;
    gl.bindFramebuffer(gl.READ_FRAMEBUFFER, this.frame);
    gl.blitFramebuffer(0, 0, width, height, 0, 0, width, height, gl.COLOR_BUFFER_BIT, gl.NEAREST);
    gl.bindFramebuffer(gl.READ_FRAMEBUFFER, null);
    gl.clear(gl.DEPTH_BUFFER_BIT);
  }
}
