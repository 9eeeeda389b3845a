import { expect, it } from 'vitest';
import { readEnvFile } from './env-file.ts';

it('knows the line of each variable, whatever editor wrote the file', () => {
  const { values, lines, mistakes } = readEnvFile('\uFEFFA=1\r\n\r\n# remark\r\nexport B = "two" # more\r\nA=3\r\n');
  expect(values).toEqual({ A: '3', B: 'two' });
  expect([...lines]).toEqual([
    ['A', 5],
    ['B', 4],
  ]);
  expect(mistakes).toEqual([]);
});

it('lets a value in quotes span lines', () => {
  const { values, lines, mistakes } = readEnvFile('KEY="-----BEGIN\nabc: d\n-----END"\nPORT=1');
  expect(values).toEqual({ KEY: '-----BEGIN\nabc: d\n-----END', PORT: '1' });
  expect(lines.get('PORT')).toBe(4);
  expect(mistakes).toEqual([]);
});

it.each([
  ['A=1\nPORT: 4000', '.env:2', 'sets nothing'],
  ['PORT 4000', '.env:1', 'sets nothing'],
  ['=4000', '.env:1', 'sets nothing'],
  ['A="one\nB="two"', '.env:1', 'has a quote that is not closed'],
  ["B=2\nA='one\n\n", '.env:2', 'has a quote that is not closed'],
])('says where %j is wrong', (text, place, message) => {
  expect(readEnvFile(text).mistakes).toEqual([expect.objectContaining({ place, message })]);
});

it('takes what people really write', () => {
  const text = 'URL=http://x/?a=b#c\nJSON={"a":"b"}\nIT=it\'s fine\nEMPTY=\nSUM=1000 * 60 # a minute\n\tTAB=1\n';
  expect(readEnvFile(text).mistakes).toEqual([]);
});
