/** The headings a block stands under: numbers of `#`, outermost first. */
export interface Outline {
  readonly depths: readonly number[];
  /** Inside a list or quotation, where headings open no section. */
  readonly nested: boolean;
}

export const emptyOutline: Outline = { depths: [], nested: false };

/** The outline below a heading with this number of `#`. */
export function withHeading(outline: Outline, depth: number): Outline {
  return { ...outline, depths: [...outline.depths.filter((above) => above < depth), depth] };
}

/**
 * Level of a heading in the page. Answers start at h3, since the page title and the turn come first, and go down one
 * step at a time: models often begin with `###`, and a page must not skip levels.
 */
export function headingLevel(outline: Outline, depth: number): 3 | 4 | 5 | 6 {
  const steps = outline.nested ? outline.depths.length + 1 : withHeading(outline, depth).depths.length;
  if (steps <= 1) return 3;
  if (steps === 2) return 4;
  return steps === 3 ? 5 : 6;
}
