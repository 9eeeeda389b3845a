/** `data (2).csv` where there is a `data.csv`: in a workspace, a name stands for one file. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  const dot = name.lastIndexOf('.');
  const [stem, end] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  for (let number = 2; ; number += 1) {
    const next = `${stem} (${String(number)})${end}`;
    if (!taken.has(next)) return next;
  }
}

/** Pictures from the clipboard all have the same name, so they get one by the time of day: `pasted 14-05-09.png`. */
export function pastedName(name: string, now: Date): string {
  return name === 'image.png' ? `pasted ${now.toTimeString().slice(0, 8).replaceAll(':', '-')}.png` : name;
}
