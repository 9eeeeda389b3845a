const units: Readonly<Record<string, number>> = { '': 1, b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 };

/** Reads `20mb`, `512 KB` or a number of bytes; undefined for anything else. */
export function readByteSize(text: string): number | undefined {
  const [, amount = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([kmg]?b)?$/i.exec(text.trim()) ?? [];
  const factor = units[unit.toLowerCase()];
  return amount === '' || factor === undefined ? undefined : Math.floor(Number(amount) * factor);
}
