import { describe, expect, it } from 'vitest';
import { mostShown, readText } from './read-text.ts';

const read = (...parts: BlobPart[]) => readText(new Blob(parts));

describe('the text of a file', () => {
  it('is what its bytes say', async () => {
    expect(await read('grüße\n')).toEqual({ text: 'grüße\n', isCut: false });
    expect(await read(new Uint8Array([0xff, 0xfe, 0x41, 0, 0x42, 0]))).toEqual({ text: 'AB', isCut: false });
    expect(await read(new Uint8Array([0x41, 0xff, 0x42]))).toEqual({ text: 'A\u{FFFD}B', isCut: false });
  });

  it('is cut where it is long, never within a character', async () => {
    const { text, isCut } = Object(await read(`a${'ü'.repeat(mostShown)}`));
    expect(isCut).toBe(true);
    expect(text).toBe(`a${'ü'.repeat(mostShown / 2 - 1)}`);
  });

  it('is not there where the bytes are no text', async () => {
    expect(await read(new Uint8Array([0x89, 0x50, 0, 0, 1]))).toBe('binary');
  });
});
