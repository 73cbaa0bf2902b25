// Reads QR codes with zxing. A worker obeys the policy of its own response, the only one that allows WebAssembly.
importScripts("../vendor/zxing-wasm-3.1.4/index.js");

const { prepareZXingModule, readBarcodes } = self.ZXingWASM;
const wasm = new URL("../vendor/zxing-wasm-3.1.4/zxing_reader.wasm", self.location.href).href;
prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true });

self.onmessage = async ({ data }) => {
  let text = null;
  try {
    const image = new ImageData(new Uint8ClampedArray(data.pixels), data.width, data.height);
    const options = { formats: ["QRCode"], maxNumberOfSymbols: 1, tryHarder: true, tryRotate: true, tryInvert: true };
    text = (await readBarcodes(image, options))[0]?.text || null;
  } catch {
    // A picture that cannot be read is a picture without a code: the next one comes in a moment.
  }
  self.postMessage(text);
};
