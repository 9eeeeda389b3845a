/** Pixels. */
const side = 128;
/** Longest data URL the server takes, in characters. */
const longest = 200_000;

/** Where the largest centred square of a picture is. */
export function centredSquare(width: number, height: number): { x: number; y: number; size: number } {
  const size = Math.min(width, height);
  return { x: (width - size) / 2, y: (height - size) / 2, size };
}

/**
 * A picture file cut to a square of 128 pixels, as a WebP data URL (PNG where the browser writes no WebP). Rejects when
 * the file is no picture the browser can read.
 */
export async function scalePicture(file: Blob): Promise<string> {
  const picture = await createImageBitmap(file);
  try {
    const canvas = document.createElement('canvas');
    canvas.width = side;
    canvas.height = side;
    const context = canvas.getContext('2d');
    if (!context) throw new Error('The browser draws no pictures');
    context.imageSmoothingQuality = 'high';
    const { x, y, size } = centredSquare(picture.width, picture.height);
    context.drawImage(picture, x, y, size, size, 0, 0, side, side);
    const url = canvas.toDataURL('image/webp', 0.9);
    if (url.length > longest) throw new Error('The scaled picture is too large');
    return url;
  } finally {
    picture.close();
  }
}
