import type { Diagram } from './render-diagram.ts';

/** Pixels of a picture for one of the screen, and the most that one may be wide or high. */
const scale = 2;
const mostPixels = 8_000;

/** The drawing itself. */
export function diagramAsSvg({ url }: Diagram): Blob {
  const xml = decodeURIComponent(url.slice(url.indexOf(',') + 1));
  return new Blob([xml], { type: 'image/svg+xml' });
}

/** The drawing as a picture on a ground of this colour; undefined where this browser cannot make one. */
export async function diagramAsPng({ url, width, height }: Diagram, ground: string): Promise<Blob | undefined> {
  const image = new Image();
  image.src = url;
  await image.decode();
  const factor = Math.min(scale, mostPixels / Math.max(width, height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.ceil(width * factor);
  canvas.height = Math.ceil(height * factor);
  const context = canvas.getContext('2d');
  if (!context) return undefined;
  context.fillStyle = ground;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return await new Promise((resolve) => canvas.toBlob((blob) => resolve(blob ?? undefined), 'image/png'));
}
