/** A place between two neighbours of an order, either of which may be missing; see `rankSchema`. */
export function rankBetween(above: number | undefined, below: number | undefined): number {
  if (above !== undefined && below !== undefined) return (above + below) / 2;
  if (below !== undefined) return below - 1;
  return above === undefined ? 0 : above + 1;
}
