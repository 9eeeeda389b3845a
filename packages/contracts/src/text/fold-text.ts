/** A folded text, and where each of its UTF-16 units comes from: the half-open span `starts[i]` to `ends[i]`. */
export interface FoldedText {
  readonly folded: string;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** One visible character with what is written above and below it. */
const clusters = /\P{M}\p{M}*|\p{M}+/gsu;
const foreignClusters = /\P{ASCII}\p{M}*|\p{ASCII}\p{M}+/gu;

/** Accents of European letters, vowel points of Hebrew and Arabic, and characters that cannot be seen. */
const dropped = new RegExp(
  String.raw`[\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u064b-\u065f\u0670\u00ad\u200b-\u200d\u2060\ufe00-\ufe0f\ufeff]`,
  'g',
);

/** What Unicode does not take apart. */
const spellings = new Map(
  Object.entries({ ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', ı: 'i', ς: 'σ' }).concat([
    ['‘', "'"],
    ['’', "'"],
    ['“', '"'],
    ['”', '"'],
    ['–', '-'],
    ['—', '-'],
  ]),
);

/** A text as a search sees it: lower case, without accents (é is e, ß is ss), full-width letters as ordinary ones. */
export function foldText(text: string): string {
  return text.replace(foreignClusters, foldCluster).toLowerCase();
}

/** The same as `foldText`, for finding back in the text what was found in its folded form. */
export function foldWithOrigins(text: string): FoldedText {
  const starts: number[] = [];
  const ends: number[] = [];
  let folded = '';
  for (const match of text.matchAll(clusters)) {
    const [cluster] = match;
    const piece = foldText(cluster);
    for (let unit = 0; unit < piece.length; unit += 1) {
      starts.push(match.index);
      ends.push(match.index + cluster.length);
    }
    folded += piece;
  }
  return { folded, starts, ends };
}

function foldCluster(cluster: string): string {
  const bare = cluster.normalize('NFKD').replace(dropped, '').normalize('NFC').toLowerCase();
  let folded = '';
  for (const character of bare) folded += spellings.get(character) ?? character;
  return folded;
}
