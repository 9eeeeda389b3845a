/** The shelves of the marketplace, in the order of the page. */
export const shelves = ['all', 'mine', 'shared', 'marketplace'] as const;

/** Which agents the marketplace shows. */
export interface MarketFilter {
  readonly shelf: (typeof shelves)[number];
  readonly query: string;
  readonly category?: string;
}

/** How a filter stands in the address: only what differs from showing everything. */
export interface MarketSearch {
  readonly shelf?: MarketFilter['shelf'];
  readonly query?: string;
  readonly category?: string;
}

/** The filter of an address. */
export function filterOf(search: MarketSearch): MarketFilter {
  const { shelf = 'all', query = '', category } = search;
  return { shelf, query, ...(category === undefined ? {} : { category }) };
}

/** The address of a filter. */
export function searchOf({ shelf, query, category }: MarketFilter): MarketSearch {
  return {
    ...(shelf === 'all' ? {} : { shelf }),
    ...(query === '' ? {} : { query }),
    ...(category === undefined ? {} : { category }),
  };
}

/** Reads what stands in the address bar, where anybody can type anything; what makes no sense is passed over. */
export function readMarketSearch(search: Readonly<Record<string, unknown>>): MarketSearch {
  const { query, category } = search;
  return searchOf({
    shelf: shelves.find((shelf) => shelf === search['shelf']) ?? 'all',
    query: typeof query === 'string' && query.length <= 200 ? query : '',
    ...(typeof category === 'string' && category !== '' && category.length <= 50 ? { category } : {}),
  });
}
