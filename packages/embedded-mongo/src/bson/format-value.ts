import { formatDecimal } from './decimal128.ts';
import type { Document } from './document.ts';
import type { Value } from './value.ts';

/** A value as MongoDB prints it in error messages. */
export function formatValue(value: Value): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return `"${escaped(value)}"`;
  if (typeof value === 'number') return Number.isInteger(value) ? value.toFixed(1) : formatSpecial(value);
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[ ${value.map(formatValue).join(', ')} ]`;
  switch (value.kind) {
    case 'object':
      return formatDocument(value);
    case 'int':
      return String(value.value);
    case 'decimal':
      return formatDecimal(value);
    case 'date':
      return `new Date(${String(value.milliseconds)})`;
    case 'objectId':
      return `ObjectId('${value.hex}')`;
    case 'binData':
      return value.subtype === 4 && value.bytes.length === 16
        ? `UUID("${uuidText(value.bytes)}")`
        : `BinData(${String(value.subtype)}, ${value.bytes.toString('hex').toUpperCase()})`;
    case 'timestamp':
      return `Timestamp(${String(value.value >> 32n)}, ${String(value.value & 0xffff_ffffn)})`;
    case 'regex':
      return `/${value.pattern}/${value.options}`;
    case 'javascript':
      return value.source;
    case 'javascriptWithScope':
      return `CodeWScope( ${value.source}, ${formatDocument(value.scope)})`;
    case 'symbol':
      return `"${value.text}"`;
    case 'dbPointer':
      return `DBRef('${value.namespace}',${value.hex})`;
    case 'undefined':
      return 'undefined';
    case 'minKey':
      return 'MinKey';
    case 'maxKey':
  }
  return 'MaxKey';
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', String.raw`\"`);
}

function formatSpecial(value: number): string {
  if (Number.isNaN(value)) return 'nan.0';
  return Number.isFinite(value) ? String(value) : `${value < 0 ? '-' : ''}inf.0`;
}

function uuidText(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** A value as MongoDB prints it where it shortens what is long: strings of 160 bytes and code and binary data of 80. */
export function formatBriefly(value: Value): string {
  if (typeof value === 'string') return shortened(value) ?? formatValue(value);
  if (value === null || typeof value !== 'object') return formatValue(value);
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[ ${value.map(formatBriefly).join(', ')} ]`;
  switch (value.kind) {
    case 'object':
      return formatFields(value, formatBriefly);
    case 'symbol':
      return shortened(value.text) ?? formatValue(value);
    case 'javascript':
      return Buffer.byteLength(value.source) < 80 ? value.source : `${firstBytes(value.source, 70)}...`;
    case 'binData':
      return value.bytes.length > 80
        ? `BinData(${String(value.subtype)}, ${value.bytes.toString('hex', 0, 70).toUpperCase()}...)`
        : formatValue(value);
    default:
      return formatValue(value);
  }
}

function shortened(text: string): string | undefined {
  return Buffer.byteLength(text) < 160 ? undefined : `"${escaped(firstBytes(text, 150))}..."`;
}

/** MongoDB cuts in the midst of a character too; a reply is valid UTF-8 here, so half a character becomes U+FFFD. */
function firstBytes(text: string, count: number): string {
  return Buffer.from(text).toString('utf8', 0, count);
}

/** A document as MongoDB prints it in error messages. */
export function formatDocument(document: Document): string {
  return formatFields(document, formatValue);
}

function formatFields(document: Document, format: (value: Value) => string): string {
  const parts = [...document.entries()].map(([name, value]) => `${name}: ${format(value)}`);
  return parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`;
}
