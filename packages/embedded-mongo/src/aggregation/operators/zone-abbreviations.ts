/** Hours east of UTC of the abbreviations MongoDB's library reads one way only. */
const HOURS: Readonly<Record<string, number>> = {
  utc: 0,
  gmt: 0,
  wet: 0,
  west: 1,
  bst: 1,
  cet: 1,
  cest: 2,
  eet: 2,
  eest: 3,
  ist: 2,
  sast: 2,
  msk: 3,
  jst: 9,
  awst: 8,
  acst: 9.5,
  acdt: 10.5,
  aest: 10,
  aedt: 11,
  nzst: 12,
  nzdt: 13,
  ast: -4,
  adt: -3,
  est: -5,
  edt: -4,
  cst: -6,
  cdt: -5,
  mst: -7,
  mdt: -6,
  pst: -8,
  pdt: -7,
  akst: -9,
  akdt: -8,
  hst: -10,
};

// The letters of military time zones; J stands for local time and is none of them.
const EAST = 'abcdefghiklm';
const WEST = 'nopqrstuvwxy';

/** How far a zone abbreviation or a military letter is ahead of UTC in milliseconds; undefined for other names. */
export function abbreviatedOffset(name: string): number | undefined {
  const text = name.toLowerCase();
  const hours = text.length === 1 ? militaryHours(text) : HOURS[text];
  return hours === undefined ? undefined : hours * 3_600_000;
}

function militaryHours(letter: string): number | undefined {
  if (letter === 'z') return 0;
  if (EAST.includes(letter)) return EAST.indexOf(letter) + 1;
  return WEST.includes(letter) ? -(WEST.indexOf(letter) + 1) : undefined;
}
