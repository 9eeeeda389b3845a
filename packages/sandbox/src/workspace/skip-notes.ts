/** What a run wrote and is not kept, as it is told. */
export interface SkipNote {
  readonly name: string;
  readonly reason: string;
}

/** Lines for one reason; what goes beyond is counted in one more. */
const mostForOneReason = 5;
const longestShown = 120;

/** Notes that stay few, however many files there are: at most six for a reason. Names become safe to print. */
export function foldNotes(notes: readonly SkipNote[]): SkipNote[] {
  const byReason = Map.groupBy(notes, (note) => note.reason);
  return [...byReason].flatMap(([reason, all]) => {
    const told = all.slice(0, mostForOneReason + 1 === all.length ? all.length : mostForOneReason);
    const more = all.length - told.length;
    const shown = told.map(({ name }) => ({ name: printable(name), reason }));
    return more === 0 ? shown : [...shown, { name: `${more} more`, reason }];
  });
}

/** Without control characters and not too long, for people and models. */
function printable(name: string): string {
  const plain = name.toWellFormed().replaceAll(/[\p{Cc}\u2028\u2029]/gu, '\uFFFD');
  const characters = Array.from(plain);
  return characters.length <= longestShown ? plain : `${characters.slice(0, longestShown - 1).join('')}…`;
}
