import { describe, expect, it } from 'vitest';
import { holdsPersonalData } from './personal-data.ts';

describe('holdsPersonalData', () => {
  it.each([
    'Write to jane.doe@example.com please',
    'mail ME: J_D+x@sub.example.co.uk',
    'Mein Konto ist DE89 3704 0044 0532 0130 00',
    'GB82WEST12345698765432',
    'my card 4111 1111 1111 1111 was charged',
    '5500-0000-0000-0004',
    '378282246310005',
    'Call +49 170 1234567',
    'call (555) 010-9999 after six',
    '555-010-9999',
    'Tel: 030 1234567',
    'phone number is 5550109999',
    '0049 30 1234567',
    'SSN 123-45-6789',
    'my key is sk-abcdefghijklmnopqrstuv',
    'password: hunter22',
    '-----BEGIN RSA PRIVATE KEY-----',
  ])('%s: yes', (text) => {
    expect(holdsPersonalData(text)).toBe(true);
  });

  it.each([
    'What is the capital of France?',
    'On 2026-11-20 at 10:15:30',
    'Pi is 3.14159265358979',
    '10,000,000 people in 1,234 places',
    'Order 4111111111111112 has a wrong check digit',
    'Version 10.2.33-4 of 192.168.1.1',
    '1234567890123 bytes',
    'The years 1914-1918 and 1939-1945',
    'Use @media and @import in CSS',
    'ISBN 978-3-16-148410-0',
    'How do I reset a password?',
    'x = 100 + 200 - 300 * 400',
  ])('%s: no', (text) => {
    expect(holdsPersonalData(text)).toBe(false);
  });

  it('is quick on long and awkward texts', () => {
    const started = performance.now();
    for (const text of ['a@'.repeat(100_000), '1 '.repeat(100_000), '+1-'.repeat(70_000), 'AB12 '.repeat(40_000)]) {
      holdsPersonalData(text);
    }
    // Linear: a second is a hundred times what it takes; a backtracking pattern would take minutes.
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
