import { describe, expect, it } from 'vitest';
import { parseNews } from './news-message.ts';

const life = '0123abcd';

describe('a message of an append', () => {
  it('gives its entries with their place', () => {
    expect(parseNews(`me ${life} 7 2 0\n{"a":1}\u001E{"b":"\\n"}`)).toEqual({
      incarnation: life,
      after: 7,
      entries: ['{"a":1}', '{"b":"\\n"}'],
      closed: false,
    });
    expect(parseNews(`me ${life} 9 0 1\n`)).toEqual({ incarnation: life, after: 9, entries: [], closed: true });
  });

  it('gives bytes as they are, whatever they hold', () => {
    expect(parseNews(`me ${life} 0 1 0\n\n\u001E\u00FF`)).toMatchObject({ entries: ['\n\u001E\u00FF'] });
  });

  it('sends readers to the store when its entries cannot be told apart, or it names none', () => {
    expect(parseNews(`me ${life} 0 2 0\na\u001Eb\u001Ec`)).toBe('changed');
    expect(parseNews('me changed')).toBe('changed');
  });
});
