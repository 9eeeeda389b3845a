import { describe, expect, it } from 'vitest';
import { readTable } from './read-table.ts';

const table = (text: string, name = 'sales.csv') => readTable(new Blob([text]), name);

describe('the beginning of a table', () => {
  it('is its columns, its rows and how many there are', async () => {
    expect(await table('\u{FEFF}city,people\r\n"Paris, France",2000000\r\n\r\n"a\nb","say ""hi"""\r\n')).toEqual({
      header: ['city', 'people'],
      rows: [
        ['Paris, France', '2000000'],
        ['a\nb', 'say "hi"'],
      ],
      rowCount: 2,
      columnCount: 2,
      isWhole: true,
    });
  });

  it.each([
    ['a;b\n1;2\n3;4\n', 'sales.csv'],
    ['a\tb\n1\t2\n3\t4\n', 'sales.tsv'],
  ])('knows what is between the values of %j', async (text, name) => {
    expect((await table(text, name)).rows[0]).toEqual(['1', '2']);
  });

  it('holds the first 200 rows and 50 columns, and counts all', async () => {
    const row = Array.from({ length: 62 }, (_, index) => String(index)).join(',');
    const { header, rows, rowCount, columnCount } = await table(`${row}\n`.repeat(1235));
    expect([header.length, rows.length, rowCount, columnCount]).toEqual([50, 200, 1234, 62]);
  });

  it('does not claim to have counted what it has not read', async () => {
    const { rowCount, isWhole } = await table('x,y\n'.repeat(1_500_000));
    expect(isWhole).toBe(false);
    expect(rowCount).toBeLessThan(1_500_000);
  });

  it.each(['', '\n\n'])('of %j is nothing', async (text) => {
    expect(await table(text)).toMatchObject({ header: [], rows: [], rowCount: 0, columnCount: 0 });
  });
});
