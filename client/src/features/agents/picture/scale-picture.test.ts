import { describe, expect, it } from 'vitest';
import { centredSquare } from './scale-picture.ts';

describe('the square of a picture', () => {
  it.each([
    [400, 100, { x: 150, y: 0, size: 100 }],
    [100, 400, { x: 0, y: 150, size: 100 }],
    [64, 64, { x: 0, y: 0, size: 64 }],
  ])('of %i by %i is in its middle', (width, height, square) => {
    expect(centredSquare(width, height)).toEqual(square);
  });
});
