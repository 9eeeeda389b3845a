import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import type { Document } from 'yaml';

/** A YAML file that still knows where everything stands. */
export interface YamlSource {
  /** Null for an empty file. */
  readonly value: unknown;
  /** What is wrong with it as YAML; `value` is worth nothing when there is any. */
  readonly problems: readonly { readonly place: string; readonly message: string }[];
  /** `file:line:column` of the value at a path or, where there is none, of the nearest level above. */
  placeOf(path: readonly PropertyKey[]): string;
  /** `file:line:column` of the key at a path. */
  placeOfKey(path: readonly PropertyKey[]): string;
}

/** Reads YAML 1.2 with merge keys; `file` is what the places call it. */
export function readYaml(text: string, file: string): YamlSource {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, merge: true, prettyErrors: false });
  const placeAt = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const problems = document.errors.map(({ pos, code, message }) => ({
    place: placeAt(pos[0]),
    message: code === 'MULTIPLE_DOCS' ? 'A second document begins here; there can be only one' : message,
  }));
  return {
    problems,
    value: problems.length === 0 ? valueOf(document, problems, file) : undefined,
    placeOf: (path) => placeAt(offsetOfValue(document, path)),
    placeOfKey: (path) => placeAt(offsetOfKey(document, path) ?? offsetOfValue(document, path)),
  };
}

/** An alias may point nowhere or multiply without end; only turning it into a value shows it. */
function valueOf(document: Document, problems: { place: string; message: string }[], file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    problems.push({ place: `${file}:1:1`, message: error instanceof Error ? error.message : String(error) });
    return undefined;
  }
}

function offsetOfValue(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (hasRange(node)) return node.range[0];
  }
  return document.contents?.range?.[0] ?? 0;
}

function offsetOfKey(document: Document, path: readonly PropertyKey[]): number | undefined {
  const parent: unknown = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (!isMap(parent)) return undefined;
  const pair = parent.items.find(({ key }) => isScalar(key) && key.value === path.at(-1));
  return hasRange(pair?.key) ? pair.key.range[0] : undefined;
}

function hasRange(node: unknown): node is { range: [number, number, number] } {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);
}
