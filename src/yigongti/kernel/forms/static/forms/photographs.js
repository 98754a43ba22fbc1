/* Photographs on the device: read, turned upright and made smaller by the browser, so that a weak network can carry them.

   Forms.smaller(file, edge) → { data: ArrayBuffer, type, sha256, size }; refuses what is no picture. What a camera wrote
   into the file besides the picture (its own place and time) is not sent; place and time are answers of the form. */
"use strict";
(() => {
  const QUALITY = 0.82;
  const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  const smaller = async (file, edge) => {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, edge / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    const data = await blob.arrayBuffer();
    return { data, type: "image/jpeg", size: data.byteLength, sha256: hex(await crypto.subtle.digest("SHA-256", data)) };
  };

  const draw = async (data, type, canvas) => {
    const picture = await createImageBitmap(new Blob([data], { type }));
    const scale = Math.min(canvas.width / picture.width, canvas.height / picture.height);
    const [width, height] = [picture.width * scale, picture.height * scale];
    canvas.getContext("2d").drawImage(picture, (canvas.width - width) / 2, (canvas.height - height) / 2, width, height);
    picture.close();
  };

  globalThis.Forms = Object.assign(globalThis.Forms || {}, { smaller, draw });
})();
