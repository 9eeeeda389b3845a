import { serializePicture } from './serialize-picture.ts';
import { copyForPicture } from './copy-for-picture.ts';
import './picture.css';

/** CSS pixels around what is shown. */
const padding = 24;
/** Device pixels: what every browser can draw on, the smallest being a phone's. */
const longestSide = 16_000;
const largestArea = 16_700_000;

/** A picture, or why there is none: `too-long`, or `failed` where the browser does not let a page draw itself. */
export type PictureOutcome = Blob | 'too-long' | 'failed';

/**
 * What `element` shows as a PNG, in the colours of the page, at twice its size where that can be drawn. Nothing is
 * fetched: letters are those of the device, and what the page may not read becomes a box with its name.
 */
export async function makePicture(
  element: HTMLElement,
  nameOfMissing: (name: string) => string,
): Promise<PictureOutcome> {
  const copy = copyForPicture(element, nameOfMissing);
  const frame = document.createElement('div');
  frame.dataset['picture'] = '';
  frame.style.cssText = `width:${element.clientWidth + 2 * padding}px;padding:${padding}px`;
  frame.append(copy);
  const host = document.createElement('div');
  host.inert = true;
  host.style.cssText = 'position:absolute;inset-block-start:0;inset-inline-start:0;width:0;height:0;overflow:hidden';
  host.append(frame);
  document.body.append(host);
  try {
    const { width, height } = frame.getBoundingClientRect();
    const scale = Math.min(2, longestSide / height, Math.sqrt(largestArea / (width * height)));
    if (scale < 1) return 'too-long';
    return await draw(serializePicture(frame, { width: Math.ceil(width), height: Math.ceil(height) }), scale);
  } finally {
    host.remove();
  }
}

async function draw(svg: string, scale: number): Promise<PictureOutcome> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  try {
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = Math.floor(image.width * scale);
    canvas.height = Math.floor(image.height * scale);
    const context = canvas.getContext('2d');
    if (context === null) return 'failed';
    context.scale(scale, scale);
    context.drawImage(image, 0, 0);
    return await new Promise((resolve) => canvas.toBlob((blob) => resolve(blob ?? 'failed'), 'image/png'));
  } catch (error) {
    if (error instanceof DOMException) return 'failed';
    throw error;
  }
}
