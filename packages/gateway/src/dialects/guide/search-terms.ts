const stopWords = new Set(
  `a about above after again all also am an and any anything anyone anywhere are as at be been before but by can cannot come could did do does
  doing don down each for from get give go had happen happens has have having he her here him his how i if in into is
  it its just know let like make may me might more most much must my need no nor not now of off on once only or other
  our out over own please put really say see should show so some such tell than thank thanks that the their them then
  there these they thing this those to too under until up us use used using very want was way we well were what when
  where which while who whom why will wish with within without would write you your explain possible yes ok okay
  work works happening going hi hello hey dear kindly`.split(/\s+/),
);

/** Content words of `text` in a common form, in order, with repetitions. */
export function searchTerms(text: string): string[] {
  const words = joinCompounds(text.toLowerCase()).match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.filter((word) => !stopWords.has(word) && (word.length > 1 || /\d/.test(word))).map(stem);
}

/** People write these as one word and as two. */
function joinCompounds(text: string): string {
  return text.replaceAll(
    /\b(back|set|sign|log|start)(?:ed|ing)?[\s-](?:(?:it|them|this|that|everything)\s)?(up|in|out|off)s?\b/g,
    (_all, verb: string, particle: string) =>
      (verb === 'sign' || verb === 'log') && particle === 'in' ? 'login' : verb + particle,
  );
}

/** A crude stem that is the same for the forms of most English words. */
function stem(word: string): string {
  let form = word;
  if (form.length > 4 && form.endsWith('ies')) form = `${form.slice(0, -3)}y`;
  else if (form.length > 3 && form.endsWith('s') && !/(?:ss|us|is|os)$/.test(form)) form = form.slice(0, -1);
  if (form.length > 5 && form.endsWith('ing')) form = form.slice(0, -3);
  else if (form.length > 4 && form.endsWith('ed')) form = form.slice(0, -2);
  if (/([bdgmnprt])\1$/.test(form) && form.length > 4) form = form.slice(0, -1);
  return form.length > 4 && form.endsWith('e') ? form.slice(0, -1) : form;
}

/** Words that a text says are absent or not needed: "no Docker", "without a key". */
export function deniedTerms(text: string): string[] {
  const clauses = text
    .split(/[.,;:!?()\n]/)
    .filter((clause) => /\b(?:no|not|none|nothing|without|neither|nor)\b/i.test(clause));
  return clauses.flatMap(searchTerms);
}

/** Words whose need a question is about: "without Docker", "do I need a key". */
export function doubtedTerms(question: string): string[] {
  return /\b(?:without|needs?|requires?|required|necessary)\b/i.test(question) ? searchTerms(question) : [];
}

/** Words that people use for the same thing, one thing a line. */
const sameThings = `
laptop computer browser tab phone device reload refresh resume reconnect
close reload leave interrupt resume
crash kill restart recover survive resume
data store folder database save stored persist
backup copy restore export folder
port address listen 3080
connect configure add setup key provider
key token secret credential
openai gpt chatgpt provider
ollama local llama provider
docker container compose image
install start setup clone
begin start
password login sign account
admin administrator first account
register sign account
cost price usage token
theme dark light appearance
offline internet network
mongodb mongo database
llm model provider
endpoint provider
delete remove archive
stop cancel abort
error problem mistake trouble
answer reply response
chat conversation
send sent leave
upgrade update
people team user account admin
`
  .trim()
  .split('\n')
  .map((line) => line.split(' ').map(stem));

/** Other words for `term`, itself not among them. */
export function relatedTerms(term: string): string[] {
  const related = sameThings.filter((group) => group.includes(term)).flat();
  return [...new Set(related)].filter((word) => word !== term);
}
