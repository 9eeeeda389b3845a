/** What model calls have cost, in millionths of a US dollar. What a part of it costs, the whole costs, too. */
export interface Spending {
  total(): number;
  add(cost: number): void;
  /** The spending of a part that has cost so much already, of which the whole knows. */
  part(before: number): Spending;
}

export function createSpending(before: number, onAdd: (cost: number) => void = () => undefined): Spending {
  let total = before;
  const add = (cost: number): void => {
    total += cost;
    onAdd(cost);
  };
  return { total: () => total, add, part: (spent) => createSpending(spent, add) };
}
