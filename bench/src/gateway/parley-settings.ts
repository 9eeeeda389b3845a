import { answerKinds, usage } from './mock-answers.ts';
import type { Question } from './subject.ts';

/** The key that clients of the bench send. */
export const clientKey = 'sk-bench-client-0001';
/** What metrics and admin routes ask for. */
export const adminToken = 'bench-admin-token-0001';

/** What a governed request passes. */
export const governedBy =
  'a virtual key with budgets in money and tokens, requests and tokens per minute, a rate limit, two targets, breaker, load shedding, prices, ledger and metrics';

const plenty = 1_000_000_000;
/** US dollars for a million tokens. */
const price = { input: 0.5, output: 1.5, cachedInput: 0.25 };

/** What every answer of the upstream costs. */
export const dollarsEach = (usage.prompt_tokens * price.input + usage.completion_tokens * price.output) / 1_000_000;

/** The name of the logical model that answers a question. */
export function modelFor({ kind, upstream }: Question): string {
  return `${upstream === 'chat' ? 'governed' : 'translated'}-${kind}`;
}

/** `gateway.yaml` (of which JSON is a part) that leads to the upstream of the bench with everything on. */
export function gatewayYaml(upstreamPort: number): string {
  const baseUrl = `http://127.0.0.1:${upstreamPort}/v1`;
  const models = answerKinds.map((kind) => `bench-${kind}`);
  const chat = { dialect: 'openai-chat', baseUrl, key: 'upstream', models };
  return JSON.stringify({
    providers: {
      first: chat,
      second: chat,
      messages: { dialect: 'anthropic-messages', baseUrl, key: 'upstream', models },
    },
    models: Object.fromEntries(
      answerKinds.flatMap((kind) => [
        [`governed-${kind}`, { targets: [`first/bench-${kind}`, `second/bench-${kind}`] }],
        [`translated-${kind}`, { targets: [`messages/bench-${kind}`] }],
      ]),
    ),
    keys: [
      {
        id: 'bench',
        key: clientKey,
        budgets: [
          { usd: plenty / 1_000, per: 'month' },
          { tokens: plenty * 1_000, per: 'day' },
        ],
        rpm: plenty,
        tpm: plenty,
        user: 'bench',
        team: 'bench',
      },
    ],
    prices: Object.fromEntries(models.map((model) => [model, price])),
    unknownPrice: 'block',
    rateLimit: { enabled: true, maxRequests: plenty },
    admin: { token: adminToken },
    recordings: 'off',
  });
}
