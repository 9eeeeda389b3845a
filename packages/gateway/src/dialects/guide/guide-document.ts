/** A part of a page under one heading. */
export interface GuideSection {
  /** The heading, and those above it, outermost first. */
  readonly headings: readonly string[];
  /** Fragment of the heading within the page; empty for the page's beginning. */
  readonly slug: string;
  /** Markdown below the heading, without it. */
  readonly text: string;
}

/** A page of the product's documentation, cut into sections. */
export interface GuideDocument {
  /** Address within the app, such as `/docs/guides/deploy`. */
  readonly url: string;
  readonly title: string;
  readonly sections: readonly GuideSection[];
}
