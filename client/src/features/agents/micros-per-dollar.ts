/** Money is kept in millionths of a US dollar and shown in dollars. */
export const microsPerDollar = 1_000_000;
