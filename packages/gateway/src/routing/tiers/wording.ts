import type { Tier } from '../../core/gateway-config.ts';

/** Words that ask for thought rather than for a fact; English, German, French and Spanish. */
const thoughtful = [
  /\b(?:prove|proof|derive|deduce|theorem|lemma|induction|beweis\w*|démontre\w*|demuestra)\b/iu,
  /\b(?:trade-?offs?|pros and cons|abwäg\w*|vor- und nachteile|avantages et inconvénients|ventajas y desventajas)\b/iu,
  /\b(?:architect\w*|system design|design (?:a|an|the|our)|entwirf|entwerfe|conçois|diseña)\b/iu,
  /\b(?:debug|root cause|diagnose|why (?:does|is|do|would|did)|warum|pourquoi|por qué)\b/iu,
  /\b(?:optimi[sz]e|complexity|asymptotic|scal(?:e|es|ing|ability)|bottleneck|optimier\w*)\b/iu,
  /\b(?:step[- ]by[- ]step|schritt für schritt|étape par étape|paso a paso|walk me through)\b/iu,
  /\b(?:analy[sz]e|analysis|evaluate|critique|assess|analysier\w*|bewerte\w*|évalue\w*|analiza)\b/iu,
  /\b(?:compare|contrast|vergleiche\w*|compare[rz]?|difference between|unterschied zwischen)\b/iu,
  /\b(?:refactor|migrate|migration|implement|rewrite|backwards? compat\w*|implementier\w*)\b/iu,
  /\b(?:concurren\w*|distributed|consensus|consistency|lock-free|race condition|nebenläufig\w*)\b/iu,
  /\b(?:probability|expected value|integral|differential|matrix|eigen\w+|wahrscheinlichkeit)\b/iu,
  /\b(?:strategy|plan (?:for|to|the)|roadmap|proposal|forecast|strategie|plane\b)/iu,
  /\b(?:constraints?|such that|subject to|given that|assuming|unter der bedingung)\b/iu,
];

/** How many kinds of thoughtful wording `text` has. */
export function reasoningWords(text: string): number {
  return thoughtful.filter((pattern) => pattern.test(text)).length;
}

const listItem = /^\s*(?:\d+[.)]|[-*•])\s+\S/gm;
const sequence =
  /\b(?:then|after that|afterwards|finally|next|dann|danach|schließlich|ensuite|puis|después|luego)\b/giu;

/** How many things `text` asks for beyond the first: items of lists, questions, and words of sequence. */
export function countSteps(text: string): number {
  const items = text.match(listItem)?.length ?? 0;
  const questions = text.match(/\?/g)?.length ?? 0;
  const links = text.match(sequence)?.length ?? 0;
  return Math.max(0, items - 1) + Math.max(0, questions - 1) + links;
}

const greeting =
  /^\s*(?:hi|hello|hey|thanks?|thank you|ok(?:ay)?|yes|no|good (?:morning|evening)|hallo|danke|merci|bonjour|hola|gracias)\b/iu;
const errand =
  /^\s*(?:please\s+)?(?:translate|spell|define|what time|what(?:'s| is) the (?:capital|date|time|meaning)|who (?:is|was|wrote)|when (?:is|was|did)|how (?:many|old|tall|far)|convert|capitali[sz]e|fix the (?:typo|spelling|grammar)|title for|name (?:a|one|three)|übersetze|was heißt|wie heißt|wie viele?|wann|wer (?:ist|war)|traduis|traduce)\b/iu;
const longestTrivial = 160;

/** Whether `text` is a greeting, thanks, or a small errand that any model does well. */
export function isTrivial(text: string): boolean {
  return text.length <= longestTrivial && (greeting.test(text) || errand.test(text));
}

const askedToThink =
  /\b(?:ultrathink|think (?:very |really )?(?:hard|deeply|carefully)|reason carefully|denk(?:e)? (?:genau|gründlich) nach|réfléchis bien|piensa bien)\b/iu;

/** The tier that `text` asks for in so many words. */
export function forcedTier(text: string): Tier | undefined {
  return askedToThink.test(text) ? 'reasoning' : undefined;
}
