// The camera and what reads it: the browser's own detector if it really reads QR codes, else zxing in a worker.
const EVERY_MS = 90;
const LARGEST = 720;

export class Camera {
  constructor(video, workerUrl, onText) {
    this.video = video;
    this.workerUrl = workerUrl;
    this.onText = onText;
    this.stream = null;
    this.turn = 0;
  }

  async start(cameraId, facing = "environment") {
    this.stop();
    const choice = cameraId ? { deviceId: { exact: cameraId } } : { facingMode: { ideal: facing } };
    this.stream = await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { ...choice, width: { ideal: 1280 }, height: { ideal: 720 } },
    });
    this.video.srcObject = this.stream;
    await this.video.play();
    this.decode ??= await decoder(this.workerUrl);
    this.look(this.stream);
  }

  stop() {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.video.srcObject = null;
  }

  get track() {
    return this.stream?.getVideoTracks()[0];
  }

  get hasTorch() {
    return Boolean(this.track?.getCapabilities?.().torch);
  }

  async torch(on) {
    await this.track.applyConstraints({ advanced: [{ torch: on }] });
  }

  async cameras() {
    return (await navigator.mediaDevices.enumerateDevices()).filter((one) => one.kind === "videoinput");
  }

  async look(stream) {
    while (this.stream === stream) {
      const began = performance.now();
      if (this.video.readyState >= 2 && !document.hidden) {
        const text = await this.decode(this.video, this.turn++);
        if (text && this.stream === stream) this.onText(text);
      }
      await new Promise((done) => setTimeout(done, Math.max(15, EVERY_MS - (performance.now() - began))));
    }
  }
}

async function decoder(workerUrl) {
  const viaWorker = () => (reader ??= inWorker(workerUrl));
  const native = await nativeDetector();
  let reader = null;
  let isNativeBroken = !native;
  return async (video, turn) => {
    if (!isNativeBroken) {
      try {
        return (await native.detect(video))[0]?.rawValue ?? null;
      } catch {
        isNativeBroken = true; // some phones list the detector and have none
      }
    }
    return viaWorker()(video, turn);
  };
}

async function nativeDetector() {
  try {
    const formats = await globalThis.BarcodeDetector?.getSupportedFormats();
    return formats?.includes("qr_code") ? new BarcodeDetector({ formats: ["qr_code"] }) : null;
  } catch {
    return null;
  }
}

function inWorker(workerUrl) {
  const worker = new Worker(workerUrl);
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  let answered = null;
  worker.onmessage = (message) => answered?.(message.data);
  worker.onerror = () => answered?.(null);
  return (video, turn) => {
    // Two looks at the middle, where people hold the pass, then one at the whole picture.
    const { videoWidth, videoHeight } = video;
    const side = Math.min(videoWidth, videoHeight);
    const [width, height] = turn % 3 === 2 ? [videoWidth, videoHeight] : [side, side];
    const scale = Math.min(1, LARGEST / Math.max(width, height));
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    const left = (videoWidth - width) / 2;
    const top = (videoHeight - height) / 2;
    context.drawImage(video, left, top, width, height, 0, 0, canvas.width, canvas.height);
    const pixels = context.getImageData(0, 0, canvas.width, canvas.height);
    return new Promise((done) => {
      answered = done;
      worker.postMessage({ width: canvas.width, height: canvas.height, pixels: pixels.data.buffer }, [pixels.data.buffer]);
    });
  };
}
