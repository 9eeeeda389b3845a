/** Colours a diagram is drawn in, as `#rrggbb`: drawing libraries know no other notation. */
export interface Palette {
  readonly background: string;
  readonly surface: string;
  readonly raised: string;
  readonly border: string;
  readonly outline: string;
  readonly text: string;
  readonly muted: string;
  readonly accent: string;
  /** Light text on a dark ground. */
  readonly dark: boolean;
}

/** The colours in force at `element`, read from the theme's variables. */
export function readPalette(element: Element): Palette {
  const resolve = createResolver(element);
  const text = resolve('--color-text');
  return {
    background: resolve('--color-bg').hex,
    surface: resolve('--color-surface').hex,
    raised: resolve('--color-user-bubble').hex,
    border: resolve('--color-border').hex,
    outline: resolve('--color-outline').hex,
    text: text.hex,
    muted: resolve('--color-text-muted').hex,
    accent: resolve('--color-accent').hex,
    dark: text.brightness > 127,
  };
}

/** Any CSS colour, however it is written, becomes sRGB by being painted. */
function createResolver(element: Element) {
  const probe = document.createElement('span');
  const canvas = document.createElement('canvas');
  canvas.width = 1;
  canvas.height = 1;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  return (variable: string) => {
    probe.style.color = `var(${variable})`;
    element.append(probe);
    const color = getComputedStyle(probe).color;
    probe.remove();
    if (!context) return { hex: '#808080', brightness: 128 };
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
    const hex = `#${[red, green, blue].map((value) => value.toString(16).padStart(2, '0')).join('')}`;
    return { hex, brightness: (red + green + blue) / 3 };
  };
}
