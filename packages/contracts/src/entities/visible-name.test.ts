import { expect, it } from 'vitest';
import { agentSettingsSchema } from './agent.ts';

const { name: nameSchema } = agentSettingsSchema.shape;

it.each(['Poet', 'Ünïcode 詩人', '👩‍💻 Coder', 'عربي'])('takes a name such as %s', (name) => {
  expect(nameSchema.safeParse(name).success).toBe(true);
});

it.each(['a\u202Eb', 'a\u0000b', 'a\nb', 'a\u2066b', 'a\uFEFFb'])('refuses a name that hides something: %j', (name) => {
  expect(nameSchema.safeParse(name).success).toBe(false);
});
