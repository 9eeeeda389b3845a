import type { Person, UserId } from '@parley/contracts';
import { describe, expect, it } from 'vitest';
import { otherAuthor } from './chat-people.ts';

const person = (name: string): Person => ({ id: name as UserId, name });
const [ada, grace] = [person('Ada'), person('Grace')];

describe('who wrote a prompt', () => {
  it('is nobody else where its chat is not shared', () => {
    expect(otherAuthor({ me: ada.id, owner: undefined }, {})).toBeUndefined();
  });

  it('is its owner where nobody is named', () => {
    expect(otherAuthor({ me: grace.id, owner: ada }, {})).toEqual(ada);
  });

  it('is whoever is named, unless that is the person who looks', () => {
    expect(otherAuthor({ me: ada.id, owner: undefined }, { author: grace })).toEqual(grace);
    expect(otherAuthor({ me: grace.id, owner: ada }, { author: grace })).toBeUndefined();
  });

  it('is the person who looks while it is on its way', () => {
    expect(otherAuthor({ me: grace.id, owner: ada }, undefined)).toBeUndefined();
  });
});
