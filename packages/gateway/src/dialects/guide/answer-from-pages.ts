import { condense, splitBlocks } from './condense.ts';
import type { GuideDocument } from './guide-document.ts';
import type { GuideScript, ScriptPart } from './guide-script.ts';
import type { Finding, SectionIndex } from './section-index.ts';
import { plainText } from './split-page.ts';

type Place = Pick<Finding, 'document' | 'section'>;

const enoughCoverage = 0.5;
const mainLength = 1500;
const excerptLength = 200;

export interface PageAnswer {
  readonly findings: readonly Finding[];
  /** Undefined when the documentation has no evidence. */
  readonly script: GuideScript | undefined;
}

/** Answers a question by quoting the sections that speak of it, with their addresses as sources. */
export function answerFromPages(index: SectionIndex, question: string, context: string): PageAnswer {
  const findings = index.find(question, context);
  const best = findings.find(({ coverage }) => coverage >= enoughCoverage);
  if (!best) return { findings, script: undefined };
  const others = findings.filter((finding) => finding !== best && isWorthNaming(finding, best)).slice(0, 3);
  const quoted = condense(withoutCallouts(best.section.text), `${question} ${context}`, mainLength);
  const more = others.map((finding) => {
    const sentence = firstSentence(finding);
    return `- [${sectionTitle(finding)}](${sectionUrl(finding)})${sentence === '' ? '' : `: ${sentence}`}`;
  });
  const text = [`**${sectionTitle(best)}**`, quoted, ...(more.length > 0 ? ['Related:', more.join('\n')] : [])].join(
    '\n\n',
  );
  const sources = [best, ...others].map(toSource);
  return { findings, script: { parts: [{ type: 'text', text }, ...sources], finish: 'stop' } };
}

/** What the product is: how its first page begins, and what that page says it does. Undefined without pages. */
export function overview(documents: readonly GuideDocument[]): GuideScript | undefined {
  const document = documents[0];
  const [first, ...rest] = document?.sections ?? [];
  if (!document || !first) return undefined;
  const deeds = rest.filter(({ headings }) => /^what\b|features|^why\b/i.test(headings.at(-1) ?? '')).slice(0, 1);
  const sections = [first, ...deeds].map((section) => ({ document, section }));
  const blocks = sections.map(
    (place) => `**${sectionTitle(place)}**\n\n${condense(withoutCallouts(place.section.text), '', mainLength)}`,
  );
  return { parts: [{ type: 'text', text: blocks.join('\n\n') }, ...sections.map(toSource)], finish: 'stop' };
}

function toSource(place: Place): ScriptPart {
  return {
    type: 'source',
    title: sectionTitle(place),
    url: sectionUrl(place),
    excerpt: plainText(place.section.text).slice(0, excerptLength),
  };
}

function isWorthNaming({ score, coverage }: Finding, best: Finding): boolean {
  return score >= best.score * 0.5 && coverage >= enoughCoverage * 0.8;
}

/** Page and heading, such as `Deploy › Behind nginx`. */
export function sectionTitle({ document, section }: Place): string {
  const heading = section.headings.at(-1);
  return heading === undefined || heading === document.title ? document.title : `${document.title} › ${heading}`;
}

/** Address of a section within the app. */
function sectionUrl({ document, section }: Place): string {
  return section.slug === '' ? document.url : `${document.url}#${section.slug}`;
}

function firstSentence({ section }: Finding): string {
  const prose = splitBlocks(section.text).find((block) => !/^\s*(?:```|~~~|\||[-*+]\s|\d+[.)]\s)/.test(block));
  const text = plainText(prose ?? '');
  const sentence = /^.{20,}?[.!?](?=\s|$)/.exec(text)?.[0] ?? text;
  return sentence.length > excerptLength ? `${sentence.slice(0, excerptLength)}…` : sentence.replace(/:$/, '.');
}

/** GitHub's `> [!NOTE]` marks mean nothing outside GitHub. */
function withoutCallouts(markdown: string): string {
  return markdown.replaceAll(/^>\s*\[!\w+\]\s*\n/gm, '');
}
