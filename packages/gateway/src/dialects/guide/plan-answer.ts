import type { ModelRequest } from '../../core/model-request.ts';
import { answerFromPages, overview, sectionTitle } from './answer-from-pages.ts';
import type { PageAnswer } from './answer-from-pages.ts';
import { openToolResults, userTexts } from './conversation.ts';
import type { GuideDocument } from './guide-document.ts';
import { readSuggestion } from './guide-languages.ts';
import type { GuideScript } from './guide-script.ts';
import { say } from './guide-script.ts';
import { longText } from './long-text.ts';
import { asksForTool, callTools, offeredTools, reportResults } from './play-tools.ts';
import { runCode } from './run-code.ts';
import { searchTerms } from './search-terms.ts';
import type { SectionIndex } from './section-index.ts';
import { showcase } from './showcase.ts';
import { asksForTitle, writeTitle } from './write-title.ts';

const identity =
  "I am Parley's built-in guide, an offline model: I look answers up in the documentation that came with this install; I cannot think like a language model.";
const connect =
  'Connect a provider to talk to a real one: set `OPENAI_API_KEY` for OpenAI or a compatible service and restart Parley, or start [Ollama](https://ollama.com) on this machine, which is found by itself.';
const offers = [
  'What is Parley?',
  'How do I connect OpenAI or Ollama?',
  'Where is my data stored?',
  'What happens if I close my laptop in the middle of an answer?',
];
const demonstrations =
  'I can also show what answers look like: try *"show a markdown demo"*, *"think step by step"*, *"call a tool"* or *"write a long answer"*. Paste a code block and ask me to *run* it: with the code interpreter switched on, I do.';

/** Characters of a message that are looked at; what people paste below their question is for a real model. */
const longestQuestion = 4000;

const greeting =
  /^(?:hi|hello|hey|hiya|howdy|good (?:morning|afternoon|evening|day)|greetings|yo|moin|hallo|bonjour|hola)(?:[\s,]+(?:there|parley|guide|again|you|all|world|everyone))?\W*$/i;
const thanks =
  /^(?:ok(?:ay)?[\s,]+)?(?:thanks?|thank you|thx|great|cool|nice|perfect|awesome)(?:[\s,]+(?:you|a lot|so much|very much|thanks?|that helps|it works))*\W*$/i;
const whoIsThere =
  /\bwho (?:are|r) (?:you|u)\b|\bwhat are you\b|\bare you (?:an? )?(?:\w+ )?(?:ai|llm|bot|robot|model|human|person|real|gpt|chatgpt|claude|gemini)\b|\b(?:what|which) (?:language )?model (?:are you|is this|am i)\b|\byour name\b|\bintroduce yourself\b|\bwhat (?:can (?:you|i) (?:do|ask|help)|do you know)\b|^help\W*$/i;
const aboutProduct =
  /^(?:so\s+)?(?:what(?:'s| is| does| can)|tell me about|describe|explain|about)\s+(?:this\s+)?parley(?:\s+do)?\W*$/i;
const reasoningWish =
  /,?\s*(?:please\s+)?(?:and\s+)?(?:(?:show|explain|share|tell)(?: me)? (?:your |the |a |some )?(?:reasoning|thinking|thoughts)(?: part)?|(?:with|use) (?:your |some )?reasoning|think (?:it through |this through )?(?:step[- ]by[- ]step|hard|aloud|out loud|first)|reason (?:step[- ]by[- ]step|aloud|out loud|first))[\s:,.!-]*/i;
const faultWish =
  /\b(?:simulate|play|pretend|fake)\b.{0,20}\b(?:errors?|failures?|cut|crash)\b|\b(?:fail|break off|break)\b.{0,20}\bmiddle\b/i;

/** An answer that dies half-way, to see what the app makes of it. */
function brokenAnswer(): GuideScript {
  const text =
    'You asked for a failure, so this answer breaks off in the middle of a sentence. What you have read so far stays, and';
  return { parts: [{ type: 'text', text }], finish: 'failure' };
}

/**
 * Decides what the guide says to a request. Deterministic: it looks things up and plays what it is asked to play, and
 * says so wherever a reader could take it for more.
 */
export function planAnswer(
  request: ModelRequest,
  index: SectionIndex,
  documents: readonly GuideDocument[],
): GuideScript {
  if (asksForTitle(request)) return say(writeTitle(request));
  const results = openToolResults(request);
  if (results.length > 0) return reportResults(results);

  const said = userTexts(request).map((text) => text.slice(0, longestQuestion));
  const suggested = readSuggestion(said.at(-1) ?? '');
  const script = answerTo(
    request,
    said.map((text) => readSuggestion(text)?.english ?? text),
    index,
    documents,
  );
  return suggested?.note
    ? { ...script, parts: [{ type: 'text', text: `${suggested.note}\n\n` }, ...script.parts] }
    : script;
}

function answerTo(
  request: ModelRequest,
  texts: readonly string[],
  index: SectionIndex,
  documents: readonly GuideDocument[],
): GuideScript {
  const message = texts.at(-1) ?? '';
  const tools = offeredTools(request);
  const mustCall = tools.length > 0 && request.toolChoice !== undefined && request.toolChoice !== 'auto';
  const program = runCode(request, tools);
  if (program) return program;
  if (mustCall || asksForTool(message, tools)) return callTools(message, tools);

  const played = longText(message) ?? showcase(message);
  if (played) return played;

  if (faultWish.test(message)) return brokenAnswer();
  const wish = reasoningWish.exec(message);
  if (wish) return withReasoning(message.replace(reasoningWish, ' ').trim(), texts, index, documents);
  return plainAnswer(message, texts, index, documents).script;
}

function plainAnswer(
  message: string,
  texts: readonly string[],
  index: SectionIndex,
  documents: readonly GuideDocument[],
): { script: GuideScript; found: PageAnswer | undefined } {
  if (message === '' || greeting.test(message)) return { script: say(introduction('Hello!')), found: undefined };
  if (thanks.test(message)) return { script: say(`You are welcome. ${suggestions()}`), found: undefined };
  if (whoIsThere.test(message)) return { script: say(introduction('')), found: undefined };
  const about = aboutProduct.test(message) ? overview(documents) : undefined;
  if (about) return { script: about, found: undefined };
  const found = answerFromPages(index, message, previousQuestion(message, texts));
  return { script: found.script ?? say(nothingFound(index)), found };
}

/** Reasoning that is true: how the lookup went. */
function withReasoning(
  question: string,
  texts: readonly string[],
  index: SectionIndex,
  documents: readonly GuideDocument[],
): GuideScript {
  const asked = question === '' ? (texts.at(-2) ?? 'What is Parley?') : question;
  const { script, found } = plainAnswer(asked, texts, index, documents);
  const thoughts = [`The question is: "${asked}".`, ...(found ? lookupThoughts(asked, found, index) : [knownByHeart])];
  return { ...script, parts: [{ type: 'reasoning', text: thoughts.join('\n\n') }, ...script.parts] };
}

const knownByHeart = 'I know this one without a search.';

function lookupThoughts(asked: string, { findings, script }: PageAnswer, index: SectionIndex): string[] {
  const terms = [...new Set(searchTerms(asked))];
  const ranking = findings
    .slice(0, 3)
    .map(
      (finding, rank) =>
        `${rank + 1}. ${sectionTitle(finding)}: score ${finding.score.toFixed(1)}, covers ${Math.round(finding.coverage * 100)} %`,
    );
  return [
    terms.length > 0 ? `Words worth looking up: ${terms.join(', ')}.` : 'There is no word in it worth looking up.',
    `I compare them with ${index.size} sections of the documentation.`,
    ranking.length > 0 ? `The best matches:\n\n${ranking.join('\n')}` : 'Nothing matches.',
    script
      ? 'I quote the best one that speaks of enough of the question.'
      : 'None speaks of enough of the question, so I say so.',
  ];
}

/** A follow-up leans on the question before it: short, or pointing back with a word. */
function previousQuestion(message: string, texts: readonly string[]): string {
  const pointsBack =
    /^(?:and|but|also|then|so|what about|how about)\b|\b(?:it|that|this|there|they|those|these|them|same|instead)\b/i;
  const isShort = new Set(searchTerms(message)).size <= 2;
  return isShort || pointsBack.test(message) ? (texts.at(-2) ?? '') : '';
}

function introduction(hello: string): string {
  return `${hello} ${identity}\n\n${connect}\n\n${suggestions()}\n\n${demonstrations}`.trim();
}

function suggestions(): string {
  return `You can ask me, for example:\n\n${offers.map((offer) => `- ${offer}`).join('\n')}`;
}

function nothingFound(index: SectionIndex): string {
  const reason =
    index.size === 0
      ? 'No documentation was found in this install, so there is nothing I could look that up in.'
      : 'I found nothing about that in the documentation that came with this install.';
  return `${reason}\n\n${identity} ${connect}\n\n${suggestions()}`;
}
