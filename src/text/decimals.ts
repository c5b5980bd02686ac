/** Whether two decimals, as JSON or JavaScript write them, are the same number, as `1.50` and `15e-1` are. */
export function isSameDecimal(a: string, b: string): boolean {
  const canonical = canonicalOf(a);
  return canonical !== undefined && canonical === canonicalOf(b);
}

const decimal = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** Its sign, its digits without leading and trailing zeros, and the power of ten; undefined where it is no decimal. */
function canonicalOf(text: string): string | undefined {
  const [, sign = '', whole, fraction = '', exponent = '0'] = decimal.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const digits = whole + fraction;
  const first = digits.search(/[1-9]/);
  if (first === -1) return `${sign}0`;
  let end = digits.length;
  while (digits[end - 1] === '0') end -= 1;
  return `${sign}${digits.slice(first, end)}e${Number(exponent) - fraction.length + digits.length - end}`;
}
