import type { GuideDocument, GuideSection } from './guide-document.ts';
import { deniedTerms, doubtedTerms, relatedTerms, searchTerms } from './search-terms.ts';

/** A section that fits a question. */
export interface Finding {
  readonly document: GuideDocument;
  readonly section: GuideSection;
  readonly score: number;
  /** How much of the question it speaks of, from 0 to 1, rare words counting more. */
  readonly coverage: number;
}

export interface SectionIndex {
  /** The best sections first. `context` are earlier words of the conversation that may help but are not asked for. */
  find(question: string, context?: string): Finding[];
  readonly size: number;
}

interface Entry {
  readonly document: GuideDocument;
  readonly section: GuideSection;
  readonly counts: ReadonlyMap<string, number>;
  readonly length: number;
  readonly denied: ReadonlySet<string>;
}

interface Query {
  readonly asked: readonly { readonly term: string; readonly related: readonly string[] }[];
  readonly context: readonly string[];
  /** What the question doubts the need of. */
  readonly doubted: readonly string[];
  readonly isDefinition: boolean;
}

const saturation = 1.2;
const lengthWeight = 0.6;
const headingWeight = 4;
const titleWeight = 2;
const relatedWeight = 0.4;
const contextWeight = 0.5;
const deniedFactor = 4;
/** Words that occur nowhere count no more than rare ones, or one of them would outweigh the rest of a question. */
const leastFrequency = 2;
/** Pages for users before pages about how and why Parley is built. */
const backgroundPages = /^\/docs\/(?:adr\/|ARCHITECTURE$)/;
/** "What is X" is best answered by how the page on X begins. */
const definition = /^what(?:'s| is| are| does)\b/i;
const definitionFactor = 1.5;
const backgroundFactor = 0.5;

/**
 * Okapi BM25 (Robertson and Zaragoza, 2009) over the sections of `documents`, words of headings counting more. Written
 * here because it is a page of arithmetic over a few hundred sections: a search library would bring an index format,
 * options and weight for no better answers.
 */
export function createSectionIndex(documents: readonly GuideDocument[]): SectionIndex {
  const entries = documents.flatMap((document) => document.sections.map((section) => toEntry(document, section)));
  const averageLength = entries.reduce((sum, entry) => sum + entry.length, 0) / Math.max(1, entries.length);
  const frequency = new Map<string, number>();
  for (const { counts } of entries) {
    for (const term of counts.keys()) frequency.set(term, (frequency.get(term) ?? 0) + 1);
  }

  const rarity = (term: string): number => {
    const found = Math.min(entries.length, Math.max(leastFrequency, frequency.get(term) ?? 0));
    return Math.log(1 + (entries.length - found + 0.5) / (found + 0.5));
  };

  function weight({ counts, length }: Entry, term: string): number {
    const count = counts.get(term) ?? 0;
    if (count === 0) return 0;
    const norm = saturation * (1 - lengthWeight + (lengthWeight * length) / averageLength);
    return (rarity(term) * count * (saturation + 1)) / (count + norm);
  }

  function rate(entry: Entry, query: Query): Finding {
    const { asked, context, doubted, isDefinition } = query;
    /** One other word for the only word asked for is no evidence. */
    const relatedShare = asked.length > 1 ? 0.6 : 0.4;
    let score = 0;
    let matched = 0;
    let wanted = 0;
    for (const { term, related: others } of asked) {
      const own = weight(entry, term);
      const related = Math.max(0, ...others.map((word) => weight(entry, word)));
      score += own + relatedWeight * related;
      wanted += rarity(term);
      if (own > 0) matched += rarity(term);
      else if (related > 0) matched += rarity(term) * relatedShare;
    }
    for (const term of context) score += contextWeight * weight(entry, term);
    const { document, section } = entry;
    const isBackground = backgroundPages.test(document.url);
    if (!isBackground && doubted.some((term) => entry.denied.has(term))) score *= deniedFactor;
    if (section.slug === '' && isDefinition) score *= definitionFactor;
    if (isBackground) score *= backgroundFactor;
    return { document, section, score, coverage: wanted === 0 ? 0 : matched / wanted };
  }

  return {
    size: entries.length,
    find(question, context = '') {
      const terms = [...new Set(searchTerms(question))];
      const query: Query = {
        asked: terms.map((term) => ({ term, related: relatedTerms(term) })),
        context: [...new Set(searchTerms(context))].filter((term) => !terms.includes(term)),
        doubted: doubtedTerms(question),
        isDefinition: definition.test(question),
      };
      return entries
        .map((entry) => rate(entry, query))
        .filter(({ score }) => score > 0)
        .toSorted((one, other) => other.score * (1 + other.coverage) - one.score * (1 + one.coverage));
    },
  };
}

function toEntry(document: GuideDocument, section: GuideSection): Entry {
  const counts = new Map<string, number>();
  const add = (text: string, times: number): void => {
    for (const term of searchTerms(text)) counts.set(term, (counts.get(term) ?? 0) + times);
  };
  const body = searchTerms(section.text);
  add(section.text, 1);
  add(section.headings.at(-1) ?? '', headingWeight);
  add(document.title, titleWeight);
  return { document, section, counts, length: body.length + headingWeight, denied: new Set(deniedTerms(section.text)) };
}
