import { describe, expect, it } from 'vitest';
import { filterOf, readMarketSearch, searchOf } from './market-filter.ts';

describe('the filter of the marketplace in the address', () => {
  it('says only what differs from everything', () => {
    expect(searchOf({ shelf: 'all', query: '' })).toEqual({});
    expect(searchOf({ shelf: 'mine', query: 'trip', category: 'fun' })).toEqual({
      shelf: 'mine',
      query: 'trip',
      category: 'fun',
    });
  });

  it('passes over what makes no sense', () => {
    expect(readMarketSearch({ shelf: 'top', query: 7, category: '' })).toEqual({});
    expect(readMarketSearch({ shelf: 'shared', query: 'x'.repeat(201) })).toEqual({ shelf: 'shared' });
  });

  it('comes back as it was', () => {
    const filter = { shelf: 'marketplace', query: 'a', category: 'data' } as const;
    expect(filterOf(readMarketSearch({ ...searchOf(filter) }))).toEqual(filter);
  });
});
