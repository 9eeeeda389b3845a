/** Whether an operator gives its operand as it is: `$literal`, which MongoDB also knows as `$const`. */
export function isLiteralName(name: string | undefined): name is '$literal' | '$const' {
  return name === '$literal' || name === '$const';
}
