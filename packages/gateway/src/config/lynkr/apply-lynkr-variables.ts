import type { EnvironmentReader } from '../environment/environment-reader.ts';
import type { Settings } from '../run-settings.ts';
import { lynkrVariables } from './lynkr-variables.ts';
import type { LynkrVariable } from './lynkr-variable.ts';

/** `standalone`: the gateway is the program; `embedded`: it runs inside one, to which some variables belong. */
export type GatewayFace = 'standalone' | 'embedded';

export interface AppliedVariables {
  readonly settings: Settings;
  /** What the program around the gateway may want to heed. */
  readonly forHost: Readonly<Record<string, string>>;
}

/** Applies the whole table to `settings`; what has no effect is noted, one line each. */
export function applyLynkrVariables(
  settings: Settings,
  {
    read,
    names,
    face,
  }: { readonly read: EnvironmentReader; readonly names: readonly string[]; readonly face: GatewayFace },
): AppliedVariables {
  const forHost: Record<string, string> = {};
  const set = names.filter((name) => read.text(name) !== undefined);
  const rowOf = new Map(set.map((name) => [name, lynkrVariables.find((row) => fits(row, name))]));
  let changed = settings;
  for (const row of lynkrVariables) {
    for (const name of set) {
      if (rowOf.get(name) !== row) continue;
      const text = read.text(name) ?? '';
      if (row.kind === 'effective') changed = applied(changed, row, { read, text, face });
      else if (row.kind === 'host') {
        forHost[name] = text;
        if (face === 'standalone') read.note(name, `has no effect in a gateway that runs by itself: ${row.meaning}`);
      } else if (row.kind === 'unbuilt' && !isUsual(row.unless, text)) {
        read.note(name, `is accepted but not built yet: ${row.meaning}`);
      } else if (row.kind === 'ignored' && !isUsual(row.unless, text)) {
        read.note(name, `is accepted and has no effect: ${row.meaning}`);
      }
    }
  }
  return { settings: changed, forHost };
}

/** Whether a gateway inside another program does or says something about a variable, besides those named GATEWAY_*. */
export function isGatewayVariable(name: string): boolean {
  const row = lynkrVariables.find((candidate) => fits(candidate, name));
  return row !== undefined && row.kind !== 'host' && !(row.kind === 'effective' && row.isOfProcess === true);
}

function applied(
  settings: Settings,
  row: Extract<LynkrVariable, { kind: 'effective' }>,
  { read, text, face }: { readonly read: EnvironmentReader; readonly text: string; readonly face: GatewayFace },
): Settings {
  if (row.isOfProcess === true && face === 'embedded') return settings;
  const reading = row.read(text);
  if ('mistake' in reading) {
    read.mistake(row.name, reading.mistake);
    return settings;
  }
  if (reading.notice !== undefined) read.note(row.name, reading.notice);
  return reading.change(settings);
}

function fits({ name: pattern }: LynkrVariable, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

function isUsual(usual: readonly string[] = [], text: string): boolean {
  return usual.includes(text.toLowerCase());
}
