import { parseJson } from '../parse-json.ts';
import { ExportError } from './export-error.ts';
import { beginPiece } from './open-piece.ts';
import type { CutLimits, OpenPiece } from './open-piece.ts';

/** A value inside a JSON text: an element of the list, or a member of the object, that the text is. */
export interface Piece {
  /** The member that it is, or is an element of; absent where the text is a list. */
  readonly key: string | undefined;
  /** It is one of several of its key. */
  readonly isElement: boolean;
  /** Its JSON; absent when there was more than may be held. */
  readonly text: string | undefined;
  readonly excess: 'too-large' | 'too-deep' | undefined;
  /** The byte at which it begins. */
  readonly at: number;
  /** Lists and objects inside each other. */
  readonly depth: number;
}

/** Cuts a JSON text into pieces while it comes in, and holds one of them at a time. */
interface JsonCutter {
  /** The pieces that end in these bytes. Throws `ExportError` where the text cannot be JSON. */
  push(bytes: Uint8Array): Generator<Piece>;
  /** Throws `ExportError` when the text is not at its end. */
  end(): void;
  /** Bytes that are held. */
  held(): number;
}

/** What comes next between two pieces. */
type Place = 'start' | 'key' | 'colon' | 'value' | 'element' | 'after-value' | 'after-element' | 'end';

export function createJsonCutter(limits: CutLimits): JsonCutter {
  let place: Place = 'start';
  /** A list or an object has just begun: it may end at once. */
  let isFresh = false;
  let isObject = false;
  let key: string | undefined;
  /** Bytes before those that are being read. */
  let before = 0;
  let open: OpenPiece | undefined;

  function go(next: Place, fresh = false): 'stepped' {
    place = next;
    isFresh = fresh;
    return 'stepped';
  }

  function leaveList(): 'stepped' {
    return go(isObject ? 'after-value' : 'end');
  }

  /** Whether a sign was one between pieces, begins one, or is wrong. */
  function step(sign: string): 'stepped' | 'piece' | 'wrong' {
    switch (place) {
      case 'start':
        isObject = sign === '{';
        if (isObject) return go('key', true);
        return sign === '[' ? go('element', true) : 'wrong';
      case 'key':
        if (sign === '}' && isFresh) return go('end');
        return sign === '"' ? 'piece' : 'wrong';
      case 'colon':
        return sign === ':' ? go('value') : 'wrong';
      case 'value':
        if (sign === '[') return go('element', true);
        return beginsValue(sign) ? 'piece' : 'wrong';
      case 'element':
        if (sign === ']' && isFresh) return leaveList();
        return beginsValue(sign) ? 'piece' : 'wrong';
      case 'after-element':
        if (sign === ',') return go('element');
        return sign === ']' ? leaveList() : 'wrong';
      case 'after-value':
        if (sign === ',') return go('key');
        return sign === '}' ? go('end') : 'wrong';
      default:
        return 'wrong';
    }
  }

  function close(piece: OpenPiece): Piece | undefined {
    open = undefined;
    const { at } = piece;
    const excess = piece.excess();
    const text = excess === undefined ? piece.text() : undefined;
    if (place === 'key') {
      const name = text === undefined ? undefined : parseJson(text);
      if (typeof name !== 'string') throw new ExportError('broken', at);
      key = name;
      go('colon');
      return undefined;
    }
    const isElement = place === 'element';
    go(isElement ? 'after-element' : 'after-value');
    return { key, isElement, text, excess, at, depth: piece.depth() };
  }

  function advance(code: number, at: number): void {
    if (isSpace(code) || (at < byteOrderMark.length && code === byteOrderMark[at])) return;
    const stepped = step(String.fromCodePoint(code));
    if (stepped === 'wrong') throw new ExportError(place === 'start' ? 'unknown-format' : 'broken', at);
    if (stepped === 'piece') open = beginPiece(at, limits);
  }

  return {
    *push(bytes) {
      let index = 0;
      while (index < bytes.length) {
        if (open === undefined) advance(bytes[index] ?? 0, before + index);
        if (open === undefined) {
          index += 1;
          continue;
        }
        const end: number | undefined = open.take(bytes, index);
        index = end ?? bytes.length;
        const piece = end === undefined ? undefined : close(open);
        if (piece !== undefined) yield piece;
      }
      before += bytes.length;
    },

    end() {
      if (place !== 'end') throw new ExportError(place === 'start' ? 'unknown-format' : 'ended-early', before);
    },

    held: () => open?.held() ?? 0,
  };
}

const byteOrderMark = [0xef, 0xbb, 0xbf];

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

function beginsValue(sign: string): boolean {
  return /[[{"\-\dtfn]/.test(sign);
}
