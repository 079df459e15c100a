// OffscreenCanvas, ImageBitmap, ImageData and createImageBitmap, made of canvases of @napi-rs/canvas.
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

export function installCanvas() {
  const module = createRequire(import.meta.url)(resolve(process.env.CANVAS_MODULE));
  const define = (name, value) => Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
  const { createCanvas, ImageData } = module;
  const [canvases, bitmaps] = [new WeakSet(), new WeakSet()];

  /** A canvas with the picture that `frame` shows. A package must copy before copyTo() returns, or the picture is empty. */
  function canvasOfFrame(frame, colorSpace = 'srgb') {
    const { width, height } = frame.visibleRect;
    const pixels = new Uint8ClampedArray(width * height * 4);
    frame.copyTo(new Uint8Array(pixels.buffer), { format: 'RGBA', colorSpace, layout: [{ offset: 0, stride: width * 4 }] }).catch(() => {});
    const coded = createCanvas(width, height);
    coded.getContext('2d', { colorSpace }).putImageData(new ImageData(pixels, width, height, { colorSpace }), 0, 0);
    const { displayWidth, displayHeight, rotation = 0, flip = false } = frame;
    const turned = rotation % 180 !== 0;
    const shown = createCanvas(displayWidth, displayHeight);
    const context = shown.getContext('2d', { colorSpace });
    context.translate(displayWidth / 2, displayHeight / 2);
    if (flip) context.scale(-1, 1);
    context.rotate((rotation * Math.PI) / 180);
    const [w, h] = turned ? [displayHeight, displayWidth] : [displayWidth, displayHeight];
    context.drawImage(coded, 0, 0, width, height, -w / 2, -h / 2, w, h);
    return shown;
  }

  const isFrame = (image) => globalThis.VideoFrame && image instanceof globalThis.VideoFrame;
  const prepared = new WeakSet();
  function prepareContext(context, colorSpace) {
    if (!context || prepared.has(context)) return context;
    prepared.add(context);
    const draw = context.drawImage;
    context.drawImage = function (image, ...place) {
      if (isFrame(image) && image.format === null && image.displayWidth === 0) throw new DOMException('the VideoFrame is closed', 'InvalidStateError');
      return draw.call(this, isFrame(image) ? canvasOfFrame(image, colorSpace) : image, ...place);
    };
    return context;
  }
  function prepareCanvas(canvas) {
    const getContext = canvas.getContext.bind(canvas);
    canvas.getContext = (kind, settings) => {
      if (kind !== '2d') throw new ReferenceError(`no browser: a canvas has no ${kind} here`);
      return prepareContext(settings ? getContext(kind, settings) : getContext(kind), settings?.colorSpace);
    };
    return canvas;
  }
  function copyOf(image, sx = 0, sy = 0, sw = image.width, sh = image.height) {
    const copy = prepareCanvas(createCanvas(sw, sh));
    if (sw > 0 && sh > 0) copy.getContext('2d').drawImage(image, sx, sy, sw, sh, 0, 0, sw, sh);
    copy.close = () => {
      copy.width = 0;
      copy.height = 0;
      bitmaps.add(copy);
    };
    bitmaps.add(copy);
    return copy;
  }
  class OffscreenCanvas {
    constructor(width, height) {
      const canvas = prepareCanvas(createCanvas(width, height));
      canvases.add(canvas);
      canvas.transferToImageBitmap = () => copyOf(canvas);
      return canvas;
    }
    static [Symbol.hasInstance](value) {
      return canvases.has(value);
    }
  }
  class ImageBitmap {
    static [Symbol.hasInstance](value) {
      return bitmaps.has(value);
    }
  }
  define('OffscreenCanvas', OffscreenCanvas);
  define('ImageBitmap', ImageBitmap);
  define('ImageData', ImageData);
  define('createImageBitmap', async (image, ...place) => {
    if (isFrame(image)) {
      if (image.displayWidth === 0) throw new DOMException('the VideoFrame is closed', 'InvalidStateError');
      image = canvasOfFrame(image);
    } else if (image instanceof ImageData) {
      const canvas = createCanvas(image.width, image.height);
      canvas.getContext('2d').putImageData(image, 0, 0);
      image = canvas;
    }
    return typeof place[0] === 'number' ? copyOf(image, ...place.slice(0, 4)) : copyOf(image);
  });
}
