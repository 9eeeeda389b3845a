import type { MermaidConfig } from 'mermaid';
import type { Palette } from './palette.ts';

export interface Diagram {
  /** The picture as a data URL: shown through `<img>`, where no script runs, no link works and nothing is fetched. */
  readonly url: string;
  /** Natural size in CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** What the author says it shows; empty when they do not. */
  readonly description: string;
}

let queue: Promise<unknown> = Promise.resolve();
let lastId = 0;

/** Draws mermaid source. Rejects when it cannot be read, drawn or loaded. One diagram at a time, in order. */
export function renderDiagram(source: string, palette: Palette): Promise<Diagram> {
  const drawing = queue.then(() => draw(source, palette));
  queue = drawing.catch(() => undefined);
  return drawing;
}

async function draw(source: string, palette: Palette): Promise<Diagram> {
  const { default: mermaid } = await import('mermaid');
  mermaid.initialize(configOf(palette));
  lastId += 1;
  const { svg } = await mermaid.render(`diagram-${String(lastId)}`, source);
  return toDiagram(svg);
}

function toDiagram(svg: string): Diagram {
  // Parsed documents are inert; the way through the DOM makes well-formed XML of whatever mermaid wrote.
  const element = new DOMParser().parseFromString(svg, 'text/html').querySelector('svg');
  if (!element) throw new Error('The diagram has no picture');
  const [, , width = 0, height = 0] = (element.getAttribute('viewBox') ?? '').split(/[\s,]+/).map(Number);
  if (!(width > 0 && height > 0)) throw new Error('The diagram has no size');
  element.setAttribute('width', String(width));
  element.setAttribute('height', String(height));
  element.style.removeProperty('max-width');
  const description = ['title', 'desc']
    .map((name) => element.querySelector(`:scope > ${name}`)?.textContent.trim() ?? '')
    .filter(Boolean)
    .join('. ');
  const xml = new XMLSerializer().serializeToString(element);
  return { url: `data:image/svg+xml;charset=utf-8,${encodeURIComponent(xml)}`, width, height, description };
}

function configOf(palette: Palette): MermaidConfig {
  return {
    startOnLoad: false,
    suppressErrorRendering: true,
    securityLevel: 'strict',
    maxTextSize: 20_000,
    maxEdges: 300,
    // HTML labels do not show in a picture, and colours chosen for one theme are unreadable in the other.
    htmlLabels: false,
    secure: [
      ['secure', 'securityLevel', 'startOnLoad', 'maxTextSize', 'suppressErrorRendering', 'maxEdges'],
      ['htmlLabels', 'theme', 'themeVariables', 'themeCSS', 'darkMode', 'fontFamily', 'look'],
    ].flat(),
    fontFamily: 'system-ui, -apple-system, "Segoe UI", "Noto Sans", sans-serif',
    darkMode: palette.dark,
    theme: 'base',
    look: 'classic',
    themeVariables: {
      darkMode: palette.dark,
      fontSize: '14px',
      useGradient: false,
      dropShadow: 'none',
      background: palette.background,
      primaryColor: palette.raised,
      primaryTextColor: palette.text,
      primaryBorderColor: palette.outline,
      secondaryColor: palette.surface,
      secondaryTextColor: palette.text,
      tertiaryColor: palette.surface,
      tertiaryTextColor: palette.text,
      tertiaryBorderColor: palette.border,
      lineColor: palette.muted,
      textColor: palette.text,
      titleColor: palette.text,
      edgeLabelBackground: palette.surface,
      clusterBkg: palette.surface,
      clusterBorder: palette.border,
      noteBkgColor: palette.surface,
      noteTextColor: palette.text,
      noteBorderColor: palette.border,
      actorBkg: palette.raised,
      actorBorder: palette.outline,
      actorTextColor: palette.text,
      signalColor: palette.muted,
      signalTextColor: palette.text,
      labelBoxBkgColor: palette.surface,
      labelBoxBorderColor: palette.border,
    },
  };
}
