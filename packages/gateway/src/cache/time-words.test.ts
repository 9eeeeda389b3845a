import { describe, expect, it } from 'vitest';
import { dependsOnTime } from './time-words.ts';

describe('dependsOnTime', () => {
  it.each([
    'What is the weather in Paris?',
    'Who won TODAY?',
    "What's the latest version of Node?",
    'How many people live there now',
    'Who is the current president of France?',
    'What happened yesterday?',
    'What are the plans for next week?',
    'What time is it?',
    'events in the last 3 days',
    'It broke two days ago, why?',
    'Was läuft heute im Kino?',
    'Wie ist das Wetter?',
    "Que se passe-t-il aujourd'hui ?",
    '¿Qué pasa hoy?',
    '今天天气怎么样',
    'Что нового сегодня?',
  ])('%s: yes', (text) => {
    expect(dependsOnTime(text)).toBe(true);
  });

  it.each([
    'What is the capital of France?',
    'I know that snow is white. Why?',
    'Explain how nowhere differs from anywhere',
    'What is the derivative of x squared?',
    'Describe renewable energy',
    'Translate the sentence into Dutch',
    'When was Mozart born?',
    'Was ist der Unterschied zwischen Äpfeln und Birnen?',
    'Explain currency and electrical currents',
  ])('%s: no', (text) => {
    expect(dependsOnTime(text)).toBe(false);
  });
});
