import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitJson } from './split-json.ts';

describe('splitting a JSON body', () => {
  it('gives the elements of an array, as JSON.parse sees them', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.constantFrom(0, 1, '\t'), (values, indent) => {
        const body = JSON.stringify(values, undefined, indent);
        expect(splitJson(body).map((text) => JSON.parse(text))).toEqual(JSON.parse(body));
      }),
    );
  });

  it('gives any other value as it is, and flattens one level only', () => {
    expect(splitJson(' {"a":[1,2]}\n')).toEqual(['{"a":[1,2]}']);
    expect(splitJson('[[1,2],"a,]\\"[b\\\\",{"c":",["}]')).toEqual(['[1,2]', '"a,]\\"[b\\\\"', '{"c":",["}']);
    expect(splitJson('[ ]')).toEqual([]);
  });

  it('keeps numbers that no double can hold', () => {
    expect(splitJson('[12345678901234567890,1.0]')).toEqual(['12345678901234567890', '1.0']);
  });

  it.each(['', '{', '[1,]', 'undefined', '\ufeff1'])('refuses %j', (body) => {
    expect(() => splitJson(body)).toThrow('not JSON');
  });
});
