const longestLine = 100;

/**
 * Makes of what a builder prints, BuildKit's plain form or the classic one, a line for each command that is run:
 * `python   2/4 RUN …`. Commands whose results BuildKit remembers are left out.
 */
export function createBuildProgress(target: string, print: (line: string) => void): (line: string) => void {
  // By BuildKit's number: it names the step first, and later tells whether anything happens in it.
  const named = new Map<string, string>();
  const told = new Set<string>();
  const tell = (step: string) => {
    const text = `${target.padEnd(8)} ${step.replaceAll(/\s+/g, ' ')}`;
    print(text.length > longestLine ? `${text.slice(0, longestLine - 1)}…` : text);
  };
  return (line) => {
    const [, classicCount, classicCommand] = /^Step (\d+\/\d+) : (RUN .+)$/.exec(line) ?? [];
    if (classicCommand !== undefined) tell(`${classicCount} ${classicCommand}`);
    const [, number = '', count, command] = /^#(\d+) \[(?:\S+ +)?(\d+\/\d+)\] (RUN .+)$/.exec(line) ?? [];
    if (command !== undefined) named.set(number, `${count} ${command}`);
    const [, active = ''] = /^#(\d+) (?:DONE|\d+\.\d+) /.exec(line) ?? [];
    const step = named.get(active);
    if (step === undefined || told.has(active)) return;
    told.add(active);
    tell(step);
  };
}
